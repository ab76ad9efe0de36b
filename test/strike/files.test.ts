import { strikes } from "./harness.ts";
import { files } from "./verbs/files.ts";

strikes(files);
