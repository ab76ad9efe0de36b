/** Every kind of rule: whoever shows or publishes rules must know them all. */
import "./lead/assignment.ts";
import "./conversion/conversion.rules.ts";
import "./customer/wellbeing.rules.ts";
import "./lead/scoring.ts";
