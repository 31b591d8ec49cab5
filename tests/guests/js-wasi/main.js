// Imports all of WASI 0.2 and makes the calls of it that the request's body lists: see include/calls.js.
import { answerCalls } from "../include/calls.js";
import * as environment from "wasi:cli/environment@0.2.10";
import * as exit from "wasi:cli/exit@0.2.10";
import * as stdin from "wasi:cli/stdin@0.2.10";
import * as stdout from "wasi:cli/stdout@0.2.10";
import * as stderr from "wasi:cli/stderr@0.2.10";
import * as terminalStdin from "wasi:cli/terminal-stdin@0.2.10";
import * as terminalStdout from "wasi:cli/terminal-stdout@0.2.10";
import * as terminalStderr from "wasi:cli/terminal-stderr@0.2.10";
import * as monotonic from "wasi:clocks/monotonic-clock@0.2.10";
import * as wall from "wasi:clocks/wall-clock@0.2.10";
import * as filesystem from "wasi:filesystem/types@0.2.10";
import * as preopens from "wasi:filesystem/preopens@0.2.10";
import * as http from "wasi:http/types@0.2.10";
import * as outgoing from "wasi:http/outgoing-handler@0.2.10";
import * as error from "wasi:io/error@0.2.10";
import * as poll from "wasi:io/poll@0.2.10";
import * as streams from "wasi:io/streams@0.2.10";
import * as random from "wasi:random/random@0.2.10";
import * as insecure from "wasi:random/insecure@0.2.10";
import * as seed from "wasi:random/insecure-seed@0.2.10";
import * as instanceNetwork from "wasi:sockets/instance-network@0.2.10";
import * as lookup from "wasi:sockets/ip-name-lookup@0.2.10";
import * as network from "wasi:sockets/network@0.2.10";
import * as tcp from "wasi:sockets/tcp@0.2.10";
import * as tcpCreate from "wasi:sockets/tcp-create-socket@0.2.10";
import * as udp from "wasi:sockets/udp@0.2.10";
import * as udpCreate from "wasi:sockets/udp-create-socket@0.2.10";

// What can't be compared with a text is compared here.
const test = {
  less: (a, b) => a < b,
  equal: (a, b) => a === b,
  pair: (list, index, part) => list[index][part],
  length: list => list.length,
  seconds: datetime => datetime.seconds,
};

answerCalls({
  environment, exit, stdin, stdout, stderr, "terminal-stdin": terminalStdin, "terminal-stdout": terminalStdout, "terminal-stderr": terminalStderr, monotonic, wall, filesystem,
  preopens, http, outgoing, error, poll, streams, random, insecure, seed, "instance-network": instanceNetwork, lookup, network, tcp, "tcp-create": tcpCreate, udp,
  "udp-create": udpCreate, test,
});
