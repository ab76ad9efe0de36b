/** Every kind of rule: whoever shows or publishes rules must know them all. */
import "./lead/assignment.ts";
import "./lead/scoring.ts";
