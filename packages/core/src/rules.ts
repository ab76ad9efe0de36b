/** Every kind of rule: whoever shows or publishes rules must know them all. */
import "./lead/scoring.ts";
