// Makes the calls of other components that the request's body lists: see include/calls.js.
import { answerCalls } from "../include/calls.js";
import * as values from "test:values/values";
import * as handles from "test:values/handles";
import * as utf16 from "test:text/utf16";
import * as latin1 from "test:text/latin1";
import * as clock from "wasi:clocks/monotonic-clock@0.2.10";

answerCalls({ values, handles, counter: { make: start => new handles.Counter(start) }, utf16, latin1, clock, resource: { drop: resource => resource[Symbol.dispose]() } });
