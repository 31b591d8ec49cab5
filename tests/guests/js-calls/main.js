// Makes the calls of host interfaces that the request's body lists: see include/calls.js.
import { answerCalls } from "../include/calls.js";
import * as configStore from "wasi:config/store@0.2.0-draft-2024-09-27";
import * as bucketStore from "wasi:keyvalue/store@0.2.0-draft2";
import * as atomics from "wasi:keyvalue/atomics@0.2.0-draft2";
import * as batch from "wasi:keyvalue/batch@0.2.0-draft2";
import * as variables from "fermyon:spin/variables@2.0.0";
import * as keyValue from "fermyon:spin/key-value@2.0.0";
import * as redis from "fermyon:spin/redis@2.0.0";
import * as postgres from "fermyon:spin/postgres@2.0.0";
import * as mysql from "fermyon:spin/mysql@2.0.0";
import * as postgres3 from "spin:postgres/postgres@3.0.0";
import * as postgres4 from "spin:postgres/postgres@4.0.0";
import * as mqtt from "fermyon:spin/mqtt@2.0.0";
import * as sqlite from "fermyon:spin/sqlite@2.0.0";
import * as sqlite3 from "spin:sqlite/sqlite@3.0.0";

answerCalls({ config: configStore, bucket: bucketStore, atomics, batch, variables, "key-value": keyValue, sqlite, sqlite3, redis, postgres, mysql, mqtt, postgres3, postgres4 });
