// Codec of a p1lora bridge, for the layouts of one configuration. Written by "p1lora codec": run it again when the
// configuration changes, do not edit. The format is described in Codecs/README.md of p1lora.
// SPDX-License-Identifier: Apache-2.0
var P1_METERS=["main"];
var P1_READINGS=[
{tag:161,bytes:12,fields:[
["import_kwh",30,0,1,3],
["export_kwh",30,0,1,3],
["import_kw",17,0,1,3]
]}
];
var P1_INTERVALS=[
{tag:167,fields:[["import_kwh",30,0,1,3],["export_kwh",30,0,1,3]],row:function(s,e,v){return{start:s,end:e,"import_kwh":v[0],"export_kwh":v[1]}}}
];
var P1_VERSION=1;
var P1_UPLINKS=[[1,p1DecodeReadings],[2,p1DecodeIntervals],[3,p1DecodeAlarm],[4,p1DecodeStatus],[5,p1DecodeReply],[6,p1DecodeParity]];
var P1_COMMAND_PORT=10;
var P1_LONGEST=242;
var P1_SAFE=51;
var P1_ALARMS=[
["outage",[["lasted_min",16,0,1,0]]],
["under_voltage",[["voltage_v",16,0,1,1],["limit_v",16,0,1,1]]],
["over_voltage",[["voltage_v",16,0,1,1],["limit_v",16,0,1,1]]],
["import_power",[["power_kw",16,0,1,2],["limit_kw",16,0,1,2]]],
["export_power",[["power_kw",16,0,1,2],["limit_kw",16,0,1,2]]],
["silence",[["silent_min",16,0,1,0],["limit_min",16,0,1,0]]],
["breaker",[["state",16,0,1,0]]],
["relay1",[["state",16,0,1,0]]],
["relay2",[["state",16,0,1,0]]]
];
var P1_HEALTH=[
["uptime_min",24,0,1,0],
["telegrams",24,0,1,0],
["telegrams_refused",16,0,1,0],
["uplinks",24,0,1,0],
["downlinks",16,0,1,0],
["joins",8,0,1,0],
["radio_restarts",8,0,1,0],
["reports_skipped",16,0,1,0],
["airtime_s",16,0,1,1],
["trouble_min",16,0,1,0]
];
var P1_TROUBLES=["none","meter_line","meter_silent","telegram_damaged","wrong_key","telegram_replayed","meter_clock","radio","join","store","report","downlink","system_clock"];
var P1_LIMITS=[
["under_voltage_v",13,0,1,1],
["over_voltage_v",13,0,1,1],
["import_kw",16,0,1,2],
["export_kw",16,0,1,2],
["silent_min",14,0,1,0]
];
var P1_COMMANDS=[
[1,"send_now",[["report",8,0,1,0,0,0]]],
[2,"set_report",[["on",1,1,1,0,0],["report",7,0,1,0,1],["every_s",16,6,10,0,1,65535]]],
[3,"set_limit",[["meter",4,2,1,0,0],["limit",4,3,1,0,0],["value",16,4,1,0,0]]],
[4,"send_intervals",[["report",7,0,1,0,1],["meter",4,2,1,0,0],["from",21,5,1,0,0],["count",16,0,1,0,1]]],
[5,"send_status",[]],
[6,"rejoin",[]],
[7,"set_airtime",[["daily_s",16,6,1,1,1]]],
[8,"acknowledge_intervals",[["report",7,0,1,0,1],["meter",4,2,1,0,0],["newest",21,5,1,0,0],["hours",24,0,1,0,0]]]
];
var P1_REFUSALS=["replayed","wrong_version","unknown_command","bad_arguments","no_such_report","no_such_meter","no_intervals","busy","not_stored"];
function p1Keys(data){return data}
function p1loraIntervals(layout,bytes,meters){var fields=layout.fields;
var floor=Math.floor,sqrt=Math.sqrt;
var length=bytes.length;
var position=10;
var registers=fields.length;
var s,age,i;
function damaged(){throw new Error("the coded series has no end or a register outside its range: the payload is damaged")}
if(length<5){damaged()}
var meter=bytes[1]>>4;
var newest=(bytes[1]&15)*131072+bytes[2]*512+bytes[3]*2+(bytes[4]>>7);
if(meter>=meters.length){throw new Error("meter number "+meter+", expected less than "+meters.length)}
var range=0x800000000000;
var code=bytes[4]&127;
for(i=5;i<10;i+=1){code=code*256+(i<length?bytes[i]:0)}
function fill(){while(range<0x10000000000){code=code*256+(position<length?bytes[position]:0);
position+=1;
range*=256}}
function readBit(zeros){var bound=floor(range/4096)*zeros;
var bit=code>=bound;
if(bit){code-=bound;range-=bound}else{range=bound}
if(range<0x10000000000){fill()}
return bit}
function readBits(width){var value=0;
while(width>0){var count=Math.pow(2,width>16?16:width);
var part=floor(range/count);
var number=Math.min(floor(code/part),count-1);
code-=part*number;
range=number===count-1?range-part*number:part;
fill();
value=value*count+number;
width-=16}
return value}
function absolute(s){var steps=readBits(fields[s][1]);
if(steps>Math.pow(2,fields[s][1])-2){damaged()}
return steps}
var sameUse=[],sameNear=[],sameBase=[],sameWide=[],sameShare=[],sameNone=[],sameBelow=[],sameAbove=[];
var near,base,wide,share,none,center,nears,wides,rest,part,target,below,above,low,high,guess,turn,d,e,f,t,u,v,w;
var last=[],odds=[],uses=[],lowest=[],nearest=[],widest=[],isNew=[],zeros=[],shifts=[];
var shown=[],first=[],known=[];
var steady=[],steadies=0;
var step=[],scale=[],values=[],nothing=[];
for(s=0;s<registers;s+=1){last.push(null);
odds.push(3840);
uses.push(1);
lowest.push(64);
nearest.push(1024);
widest.push(1024);
isNew.push(true);
zeros.push(3600,800);
shifts.push(2,2);
shown.push(null);
first.push(0);
known.push(0);
steady.push(-1);
step.push(fields[s][3]);
scale.push(Math.pow(10,fields[s][4]));
values.push(0);
nothing.push(0)}
var minutes=[":00:00Z",":15:00Z",":30:00Z",":45:00Z"];
var midnight=-1,hour=-1,day="",clock="";
function time(number){if(number>>2!==hour){var quarter=number%96;
hour=number>>2;
if(number-quarter!==midnight){midnight=number-quarter;
day=new Date(1577836800000+midnight*900000).toISOString().slice(0,11)}
clock=day+(quarter<40?"0":"")+(quarter>>2)}
return clock+minutes[number&3]}
var rows=[],gaps=[];
var head=time(newest),start=head,end=head;
var most=newest<1023?newest:1023,count=0,isKnown,still,use,before,steps,learns,z,h,bound,other;
while(true){if(count>most){damaged()}
bound=range;
if(steadies===registers&&(registers<2||steady[1]===3)){for(s=0;s<registers;s+=1){bound=(bound/4096-0.4998779296875+4503599627370496-4503599627370496)*4092;
bound=(bound/4096-0.4998779296875+4503599627370496-4503599627370496)*zeros[steady[s]]}}else{bound=0}
if(code<bound&&bound>=0x10000000000){range=bound;
start=time(newest-count);
rows.push(layout.row(start,end,nothing))}else{if(count>0){start=time(newest-count)}
isKnown=false;
still=0;
for(s=0;s<registers;s+=1){i=steady[s];
if(i>=0&&(s!==1||i===2+still)){bound=(range/4096-0.4998779296875+4503599627370496-4503599627370496)*4092;
bound=(bound/4096-0.4998779296875+4503599627370496-4503599627370496)*zeros[i];
if(code<bound&&bound>=0x10000000000){range=bound;
values[s]=0;
isKnown=true;
if(s===0){still=1}
continue}}
z=odds[s];
bound=(range/4096-0.4998779296875+4503599627370496-4503599627370496)*z;
if(code>=bound){values[s]=null;
code-=bound;
range-=bound;
if(range<0x10000000000){fill()}
if(z===4092){known[s]=count-1}
odds[s]=512;
if(steady[s]>=0){steady[s]=-1;steadies-=1}
continue}
range=bound;
if(range<0x10000000000){fill()}
learns=z===4092;
if(!learns){odds[s]=4092}
steps=last[s];
if(steps!==null){i=s===1?2+still:2*s;
use=before=uses[s];
if(before===0){z=zeros[i];
h=shifts[i];
bound=(range/4096-0.4998779296875+4503599627370496-4503599627370496)*z;
if(code<bound){range=bound;
bound=z+(4096-z>>h)}else{use=1;
code-=bound;
range-=bound;
bound=z-(z>>h);
if(steady[s]>=0){steady[s]=-1;steadies-=1}}
zeros[i]=bound;
if(h<5){shifts[i]=h+1}
if(range<0x10000000000){fill()}}
if(use>0){near=nearest[s];
base=lowest[s];
wide=widest[s];
share=i===3?15:9;
low=-1;
if(before===sameUse[s]&&near===sameNear[s]&&base===sameBase[s]&&wide===sameWide[s]&&share===sameShare[s]){none=sameNone[s];
part=range/(268500992-none)|0;
target=(code/part|0)+none;
below=sameBelow[s];
above=sameAbove[s];
if(target>=below&&target<above){low=before}}
if(low<0){center=16*before+8;
near=(near*3>>1)+24;
base+=8;
wide=(wide>>2)+8;
nears=near*8388608;
wides=wide*8388608;
rest=16-share;
none=nears/(near+center)|0;
none=share*(none*none*1.1920928955078125e-7|0)+rest*(wides/(wide+base)|0);
part=range/(268500992-none)|0;
target=(code/part|0)+none;
below=none;
above=268500992;
low=0;
high=65536;
turn=0;
if(target>268500991){target=268500991}
f=(target-none)/(268500992-none);
guess=before+((f<0.5?1-sqrt(0.5/f):sqrt(0.5/(1-f))-1)*near*0.05|0);
while(true){if(guess<=low){guess=low+1}else if(guess>=high){guess=high-1}
e=16*guess;
d=e-center;
v=d<0?near-d:near+d;
t=nears/v|0;
t=t*t*1.1920928955078125e-7|0;
e-=base;
w=e<0?wide-e:wide+e;
u=wides/w|0;
f=share*(d<0?t:16777216-t)+rest*(e<0?u:16777216-u)+guess;
if(f<=target){low=guess;
below=f;
if(high-low<2){break}
t=(target-f)/(32*share*t/v+16*rest*u/w+1);
if(d>0&&e>0){t*=(268500992-f)/(268500992-target)}}else{high=guess;
above=f;
if(high-low<2){break}
t=(target-f)/(32*share*t/v+16*rest*u/w+1);
if(d<0&&e<0){t*=f/target}}
turn+=1;
guess=turn<9?guess+t|0:low+high>>1}
if(low===before&&high<65536){sameUse[s]=before;
sameNear[s]=nearest[s];
sameBase[s]=lowest[s];
sameWide[s]=widest[s];
sameShare[s]=share;
sameNone[s]=none;
sameBelow[s]=below;
sameAbove[s]=above}}
below=part*(below-none);
code-=below;
range=above===268500992?range-below:part*(above-none)-below;
while(range<0x10000000000){code=code*256+(position<length?bytes[position]:0);
position+=1;
range*=256}
use=low}
if(learns){if(use===0&&lowest[s]+nearest[s]+widest[s]===0){if(bound===z&&h===5){if(steady[s]<0){steadies+=1}
steady[s]=i}}else{h=16*use;
if(isNew[s]){isNew[s]=false;
lowest[s]=h;
nearest[s]=widest[s]=8*use+64}else{z=h-16*before;
nearest[s]=nearest[s]+(z<0?-z:z)>>1;
bound=lowest[s];
z=h-bound;
if(z<0){widest[s]=widest[s]-z>>1;
lowest[s]=h}else{widest[s]=widest[s]+z>>1;
z=(bound*3>>1)+32;
lowest[s]=bound+((h<z?h:z)-bound>>2)}}
uses[s]=use}
if(s===0&&use===0){still=1}}
if(use<65535){steps-=use;
if(steps<0){damaged()}}else{other=readBit(2048);
steps=absolute(s);
use=other?-1:last[s]-steps;
if(use<0&&!other){damaged()}}
last[s]=steps;
if(learns&&use>=0){values[s]=use===0?0:use*step[s]/scale[s];
isKnown=true}else{values[s]=null;
if(use>=0){gaps.push([known[s],s,count,use])}}}else{values[s]=null;
last[s]=shown[s]=absolute(s);
first[s]=count}}
if(isKnown){rows.push(layout.row(start,end,values))}}
end=start;
count+=1;
z=position-length;
if(z>=0){if(z>5){damaged()}
bound=Math.pow(256,z);
if(code<bound){break}
code-=bound;
range-=bound;
fill()}}
var data={report:"intervals",meter:meters[meter],history:true,time:head};
for(s=0;s<registers;s+=1){data[fields[s][0]]=last[s]===null?null:shown[s]*step[s]/scale[s];
if(first[s]>0){data[fields[s][0]+"_time"]=time(newest-first[s])}}
data.intervals=rows.reverse();
if(gaps.length>0){gaps.sort(function(a,b){return b[0]-a[0]||a[1]-b[1]});
var list=[];
for(i=0;i<gaps.length;i+=1){age=i>0&&gaps[i-1][0]===gaps[i][0]?list.length-1:-1;
s=gaps[i][1];
start=time(newest-gaps[i][2]);
end=time(newest-gaps[i][0]);
while(age>=0&&list[age].end===end&&list[age].start!==start){age-=1}
if(age<0||list[age].end!==end){age=list.length;
list.push({start:start,end:end})}
list[age][fields[s][0]]=gaps[i][3]*step[s]/scale[s]}
data.gaps=list}
return data}
function p1DecodeIntervals(bytes){var data=p1loraIntervals(p1Layout(P1_INTERVALS,bytes),bytes,P1_METERS);
if(p1Trace){p1Trace(0,8,"tag");
p1Trace(8,4,"meter");
p1Trace(12,21,"time");
p1Trace(33,bytes.length*8-33,"series")}
return data}
var p1Trace=null;
function p1Reader(bytes){var position=0;
var reader={left:function(){return bytes.length*8-position},
read:function(width,label){if(width>bytes.length*8-position){throw new Error("the payload has only "+bytes.length+" bytes: its end is missing")}
if(p1Trace){p1Trace(position,width,label)}
var value=0;
for(var n=0;n<width;n+=1){value=value*2+((bytes[position>>3]>>(7-(position&7)))&1);
position+=1}
return value},
version:function(subject){var version=reader.read(4,"version");
if(version!==P1_VERSION){throw new Error("version "+version+" of "+subject+", expected "+P1_VERSION+
": decoder and bridge differ in age")}},
meter:function(){var number=reader.read(4,"meter");
if(number>=P1_METERS.length){p1NoMeter(number)}
return P1_METERS[number]},
field:function(data,field,saturated){var absent=Math.pow(2,field[1])-1;
var number=reader.read(field[1],field[0]);
data[field[0]]=number===absent?null:(field[2]+number*field[3])/Math.pow(10,field[4]);
if(number===absent-1||(number===0&&field[2]!==0)){saturated.push(field[0])}},
finish:function(){var rest=reader.left();
if(rest>=8){throw new Error(bytes.length+" bytes, expected "+(bytes.length-(rest>>3)))}
if(reader.read(rest,"padding")!==0){p1NotZero()}}};
return reader}
function p1NotZero(){throw new Error("the bits behind the last field are not zero: the payload is damaged")}
function p1NoMeter(number){throw new Error("meter number "+number+", expected less than "+P1_METERS.length)}
function p1Unknown(subject,number){throw new Error(subject+" number "+number+" is not known: the payload is damaged, or of a newer bridge")}
function p1Time(seconds){return new Date((1577836800+seconds)*1000).toISOString().replace(".000Z","Z")}
function p1DecodeParity(bytes){var reader=p1Reader(bytes);
reader.version("the parity");
var data={report:"parity",frames:0};
for(var mask=reader.read(20,"frames");mask>0;mask>>=1){data.frames+=mask&1}
if(bytes.length<6){throw new Error("the payload has only "+bytes.length+" bytes: its end is missing")}
if(p1Trace){p1Trace(24,bytes.length*8-24,"sum")}
return data}
function p1Layout(layouts,bytes){var tags=[];
for(var i=0;i<layouts.length;i+=1){if(layouts[i].tag===bytes[0]){return layouts[i]}
tags.push(layouts[i].tag)}
throw new Error("layout tag "+bytes[0]+", expected "+tags.join(" or ")+
": this decoder was made for another configuration")}
function p1DecodeReadings(bytes){var layout=p1Layout(P1_READINGS,bytes);
if(bytes.length!==layout.bytes){throw new Error(bytes.length+" bytes, expected "+layout.bytes)}
var reader=p1Reader(bytes);
reader.read(8,"tag");
var data={report:"readings",meter:reader.meter()};
var saturated=[];
for(var f=0;f<layout.fields.length;f+=1){reader.field(data,layout.fields[f],saturated)}
reader.finish();
if(saturated.length>0){data.saturated=saturated.join(",")}
return data}
function p1DecodeAlarm(bytes){var reader=p1Reader(bytes);
var saturated=[];
reader.version("the alarm");
var data={report:"alarm",meter:reader.meter()};
var number=reader.read(4,"alarm");
if(number>=P1_ALARMS.length){p1Unknown("alarm",number)}
data.alarm=P1_ALARMS[number][0];
data.active=reader.read(1,"active")===1;
var mask=reader.read(3,"phases");
var seconds=reader.read(32,"time");
data.time=seconds===4294967295?null:p1Time(seconds);
var phases=[];
for(var phase=1;phase<=3;phase+=1){if(mask&(8>>phase)){phases.push("l"+phase)}}
if(phases.length>0){data.phases=phases.join(",")}
var fields=P1_ALARMS[number][1];
for(var f=0;f<fields.length;f+=1){reader.field(data,fields[f],saturated)}
reader.finish();
if(saturated.length>0){data.saturated=saturated.join(",")}
return data}
function p1DecodeStatus(bytes){var reader=p1Reader(bytes);
reader.version("the status");
var pages=[["health",p1Health],["settings",p1Settings],["layouts",p1Layouts],
["limits",p1Limits]];
var number=reader.read(4,"page");
if(number>=pages.length){p1Unknown("status page",number)}
var data={report:"status",page:pages[number][0]};
pages[number][1](data,reader);
reader.finish();
return data}
function p1Health(data,reader){var version=[];
var saturated=[];
var silent=[];
for(var v=0;v<3;v+=1){version.push(reader.read(8,"version"))}
data.version=version.join(".");
for(var f=0;f<P1_HEALTH.length;f+=1){reader.field(data,P1_HEALTH[f],saturated)}
for(var m=0;m<16;m+=1){if(reader.read(1,"silent_meters")===1){if(m>=P1_METERS.length){p1NoMeter(m)}
silent.push(P1_METERS[m])}}
data.silent_meters=silent.join(",");
var trouble=reader.read(8,"trouble");
if(trouble>=P1_TROUBLES.length){p1Unknown("trouble",trouble)}
data.trouble=P1_TROUBLES[trouble];
if(saturated.length>0){data.saturated=saturated.join(",")}}
function p1Settings(data,reader){reader.field(data,["sequence",13,0,1,0],[]);
reader.field(data,["daily_airtime_s",16,0,1,1],[]);
var first=reader.read(7,"first report");
var count=reader.read(5,"reports");
for(var n=first;n<first+count;n+=1){data["report"+n+"_on"]=reader.read(1,"report"+n+"_on")===1;
data["report"+n+"_every_s"]=reader.read(16,"report"+n+"_every_s")*10}}
function p1Layouts(data,reader){var tags=[];
while(reader.left()>0){tags.push(reader.read(8,"layout"))}
data.layouts=tags.join(",")}
function p1Limits(data,reader){data.meter=reader.meter();
for(var l=0;l<P1_LIMITS.length;l+=1){reader.field(data,P1_LIMITS[l],[])}}
function p1Steps(number,absent,step,decimals){return number===absent?null:number*step/Math.pow(10,decimals)}
function p1Command(number){for(var i=0;i<P1_COMMANDS.length;i+=1){if(P1_COMMANDS[i][0]===number){return P1_COMMANDS[i]}}
return null}
function p1Length(command){var bits=0;
for(var a=0;a<command[2].length;a+=1){bits+=command[2][a][1]}
return bits/8}
function p1Arguments(data,command,reader){var limit=P1_LIMITS[0];
for(var a=0;a<command[2].length;a+=1){var argument=command[2][a];
var key=argument[0];
var absent=Math.pow(2,argument[1])-1;
var number=reader.read(argument[1],key);
switch(argument[2]){case 1:data[key]=number===1;break;
case 2:
if(number>=P1_METERS.length){p1NoMeter(number)}
data[key]=P1_METERS[number];
break;
case 3:
if(number>=P1_LIMITS.length){p1Unknown("alarm limit",number)}
limit=P1_LIMITS[number];
data[key]=limit[0];
break;
case 4:data[key]=p1Steps(number,absent,1,limit[4]);break;
case 5:data[key]=p1Time(number*900);break;
case 6:data[key]=p1Steps(number,absent,argument[3],argument[4]);break;
default:data[key]=p1Steps(number,-1,argument[3],argument[4])}}}
function p1DecodeCommands(port,bytes){if(port!==P1_COMMAND_PORT){p1WrongPort(port,[P1_COMMAND_PORT])}
var reader=p1Reader(p1Bytes(bytes));
reader.version("the commands");
var data={sequence:reader.read(12,"sequence"),commands:[]};
while(reader.left()>0){var number=reader.read(5,"command");
var command=p1Command(number);
if(command===null){p1Unknown("command",number)}
var length=reader.read(3,"length");
if(length!==p1Length(command)){throw new Error(command[1]+" has "+length+" bytes of arguments, expected "+p1Length(command))}
var entry={command:command[1]};
p1Arguments(entry,command,reader);
data.commands.push(entry)}
return data}
function p1DecodeReply(bytes){var reader=p1Reader(bytes);
reader.version("the reply");
var data={report:"reply",sequence:reader.read(12,"sequence")};
var position=reader.read(8,"position");
var results=["accepted","clamped","refused"];
var answers=[];
for(var i=0;i<results.length;i+=1){data[results[i]]=0}
while(reader.left()>0){var number=reader.read(5,"command");
var result=reader.read(2,"result");
if(result>=results.length){p1Unknown("result",result)}
if(reader.read(1,"zero")!==0){p1NotZero()}
var command=p1Command(number);
position+=1;
var answer={position:position,
command:command!==null?command[1]:number===0?"downlink":"command "+number,
result:results[result]};
if(result===1){if(command===null){p1Unknown("command",number)}
p1Arguments(answer,command,reader)}else if(result===2){var reason=reader.read(8,"reason");
if(reason>=P1_REFUSALS.length){p1Unknown("reason",reason)}
answer.reason=P1_REFUSALS[reason]}
data[results[result]]+=1;
answers.push(answer)}
data.answers=answers;
return data}
function p1Wrong(place,key,value,wanted){throw new Error(place+key+" is "+JSON.stringify(value)+", expected "+wanted)}
function p1Which(place,key,value,names){for(var i=0;i<names.length;i+=1){if(names[i]===value){return i}}
return p1Wrong(place,key,value,"one of "+names.join(", "))}
function p1Number(place,key,value,step,decimals,least,greatest,orNull){var scale=Math.pow(10,decimals);
var exact=typeof value==="number"?value*scale/step:NaN;
var number=Math.round(exact);
if(!(Math.abs(exact-number)<1e-6)||number<least||number>greatest){p1Wrong(place,key,value,"a number from "+least*step/scale+" to "+greatest*step/scale+
" in steps of "+step/scale+(orNull?", or null":""))}
return number}
function p1QuarterHour(place,key,value){var seconds=typeof value==="string"?Date.parse(value)/1000-1577836800:NaN;
var number=seconds/900;
if(!(number>=0&&number<2097152)||number!==Math.floor(number)||p1Time(seconds)!==value){p1Wrong(place,key,value,
"the beginning of a quarter-hour from 2020 to 2079, such as \"2026-11-23T06:15:00Z\"")}
return number}
function p1Argument(place,argument,value,limit){var key=argument[0];
var absent=Math.pow(2,argument[1])-1;
var limits=[];
if(value===undefined){if(argument.length>6){return argument[6]}
throw new Error(place+key+" is missing")}
switch(argument[2]){case 1:
if(value!==true&&value!==false){p1Wrong(place,key,value,"true or false")}
return value?1:0;
case 2:return p1Which(place,key,value,P1_METERS);
case 3:
for(var i=0;i<P1_LIMITS.length;i+=1){limits.push(P1_LIMITS[i][0])}
return p1Which(place,key,value,limits);
case 4:
return value===null?absent:p1Number(place,key,value,1,limit[4],argument[5],absent-1,true);
case 5:return p1QuarterHour(place,key,value);
case 6:
if(value===null){return absent}
return p1Number(place,key,value,argument[3],argument[4],argument[5],absent-1,true);
default:return p1Number(place,key,value,argument[3],argument[4],argument[5],absent,false)}}
function p1EncodeCommand(place,entry,write){var names=[];
var keys={command:true};
var limit=P1_LIMITS[0];
var a;
if(typeof entry!=="object"||entry===null){throw new Error(place+"must be an object")}
for(var i=0;i<P1_COMMANDS.length;i+=1){names.push(P1_COMMANDS[i][1])}
var command=P1_COMMANDS[p1Which(place,"command",entry.command,names)];
for(a=0;a<command[2].length;a+=1){keys[command[2][a][0]]=true}
for(var key in entry){if(keys[key]!==true){throw new Error(place+"unknown key "+key)}}
write(command[0],5);
write(p1Length(command),3);
for(a=0;a<command[2].length;a+=1){var argument=command[2][a];
var number=p1Argument(place,argument,entry[argument[0]],limit);
if(argument[2]===3){limit=P1_LIMITS[number]}
write(number,argument[1])}}
function p1Minute(){return Math.floor((new Date().getTime()/1000-1577836800)/60)%4096}
function p1Encode(data){var bytes=[];
var count=0;
function write(value,width){for(var bit=width-1;bit>=0;bit-=1){if(count%8===0){bytes.push(0)}
if(Math.floor(value/Math.pow(2,bit))%2===1){bytes[bytes.length-1]|=128>>(count%8)}
count+=1}}
if(typeof data!=="object"||data===null||!data.commands||!(data.commands.length>0)){throw new Error("expected {\"sequence\": 1, \"commands\": [{\"command\": \"send_now\"}]}")}
write(P1_VERSION,4);
write(data.sequence===undefined?p1Minute():p1Number("","sequence",data.sequence,1,0,0,4095,false),12);
for(var i=0;i<data.commands.length;i+=1){p1EncodeCommand("command "+(i+1)+": ",data.commands[i],write)}
if(bytes.length>P1_LONGEST){throw new Error(bytes.length+" bytes, but a downlink carries at most "+P1_LONGEST+
": send the commands in several")}
return bytes}
function p1WrongPort(port,known){throw new Error("port "+port+" carries no p1lora message, expected "+known.join(" or "))}
function p1Bytes(bytes){if(!bytes||!(bytes.length>0)){throw new Error("the payload is empty")}
return bytes}
function p1Decode(port,bytes){return p1Keys(p1Plain(port,bytes))}
function p1Plain(port,bytes){var known=[];
for(var i=0;i<P1_UPLINKS.length;i+=1){if(P1_UPLINKS[i][0]===port){return P1_UPLINKS[i][1](p1Bytes(bytes))}
known.push(P1_UPLINKS[i][0])}
return p1WrongPort(port,known)}
function p1Result(work){try{var result=work();
result.errors=[];
result.warnings=[];
return result}catch(error){return{errors:[error.message],warnings:[]}}}
function decodeUplink(input){return p1Result(function(){return{data:p1Decode(input.fPort,input.bytes)}})}
function encodeDownlink(input){var result=p1Result(function(){return{fPort:P1_COMMAND_PORT,bytes:p1Encode(input.data)}});
if(result.bytes&&result.bytes.length>P1_SAFE){result.warnings.push(result.bytes.length+" bytes: at the slowest data rates only "+P1_SAFE+" arrive")}
return result}
function decodeDownlink(input){return p1Result(function(){return{data:p1DecodeCommands(input.fPort,input.bytes)}})}
function Decode(fPort,bytes,variables){return p1Decode(fPort,bytes)}
function Decoder(bytes,port){return p1Decode(port,bytes)}
