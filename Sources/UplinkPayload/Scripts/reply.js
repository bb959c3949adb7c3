function p1DecodeReply(bytes) {
  var reader = p1Reader(bytes);
  reader.version("the reply");
  var data = { report: "reply", sequence: reader.read(12, "sequence") };
  var position = reader.read(8, "position");
  var results = ["accepted", "clamped", "refused"];
  var answers = [];
  for (var i = 0; i < results.length; i += 1) { data[results[i]] = 0; }
  while (reader.left() > 0) {
    var number = reader.read(5, "command");
    var result = reader.read(2, "result");
    if (result >= results.length) { p1Unknown("result", result); }
    if (reader.read(1, "zero") !== 0) { p1NotZero(); }
    var command = p1Command(number);
    position += 1;
    var answer = {
      position: position,
      command: command !== null ? command[1] : number === 0 ? "downlink" : "command " + number,
      result: results[result]
    };
    if (result === 1) {
      if (command === null) { p1Unknown("command", number); }
      p1Arguments(answer, command, reader);
    } else if (result === 2) {
      var reason = reader.read(8, "reason");
      if (reason >= P1_REFUSALS.length) { p1Unknown("reason", reason); }
      answer.reason = P1_REFUSALS[reason];
    }
    data[results[result]] += 1;
    answers.push(answer);
  }
  data.answers = answers;
  return data;
}
