function p1Command(number) {
  for (var i = 0; i < P1_COMMANDS.length; i += 1) {
    if (P1_COMMANDS[i][0] === number) { return P1_COMMANDS[i]; }
  }
  return null;
}

function p1Length(command) {
  var bits = 0;
  for (var a = 0; a < command[2].length; a += 1) { bits += command[2][a][1]; }
  return bits / 8;
}

// Meanings: 0 number, 1 flag, 2 meter, 3 limit, 4 value of the limit before, 5 quarter-hour, 6 number or null.
function p1Arguments(data, command, reader) {
  var limit = P1_LIMITS[0];
  for (var a = 0; a < command[2].length; a += 1) {
    var argument = command[2][a];
    var key = argument[0];
    var absent = Math.pow(2, argument[1]) - 1;
    var number = reader.read(argument[1], key);
    switch (argument[2]) {
      case 1: data[key] = number === 1; break;
      case 2:
        if (number >= P1_METERS.length) { p1NoMeter(number); }
        data[key] = P1_METERS[number];
        break;
      case 3:
        if (number >= P1_LIMITS.length) { p1Unknown("alarm limit", number); }
        limit = P1_LIMITS[number];
        data[key] = limit[0];
        break;
      case 4: data[key] = p1Steps(number, absent, 1, limit[4]); break;
      case 5: data[key] = p1Time(number * 900); break;
      case 6: data[key] = p1Steps(number, absent, argument[3], argument[4]); break;
      default: data[key] = p1Steps(number, -1, argument[3], argument[4]);
    }
  }
}

function p1DecodeCommands(port, bytes) {
  if (port !== P1_COMMAND_PORT) { p1WrongPort(port, [P1_COMMAND_PORT]); }
  var reader = p1Reader(p1Bytes(bytes));
  reader.version("the commands");
  var data = { sequence: reader.read(12, "sequence"), commands: [] };
  while (reader.left() > 0) {
    var number = reader.read(5, "command");
    var command = p1Command(number);
    if (command === null) { p1Unknown("command", number); }
    var length = reader.read(3, "length");
    if (length !== p1Length(command)) {
      throw new Error(command[1] + " has " + length + " bytes of arguments, expected " + p1Length(command));
    }
    var entry = { command: command[1] };
    p1Arguments(entry, command, reader);
    data.commands.push(entry);
  }
  return data;
}
