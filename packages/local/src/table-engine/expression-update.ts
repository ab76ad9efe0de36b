import type { Path, SetAction, SetOperand, Update } from "./expression.ts";
import { ExpressionCursor } from "./expression-cursor.ts";

const FUNCTIONS = ["if_not_exists", "list_append"];
const SECTIONS = ["SET", "REMOVE", "ADD", "DELETE"];

interface Sections {
  set: SetAction[];
  remove: Path[];
  add: Update["add"][number][];
  delete: Update["delete"][number][];
}

/** Parses an update: sections in any order, each at most once. */
export class UpdateParser extends ExpressionCursor {
  update(): Update {
    const update: Sections = { set: [], remove: [], add: [], delete: [] };
    const sections = new Set<string>();
    do {
      const section = SECTIONS.find((word) => this.takeWord(word));
      if (section === undefined) throw this.unexpected();
      if (sections.has(section)) throw this.invalid(`The "${section}" section can only be used once in an update expression;`);
      sections.add(section);
      do this.#action(section, update);
      while (this.take(","));
    } while (this.peek().kind !== "end");
    this.requireEnd();
    return update;
  }

  #action(section: string, update: Sections): void {
    if (section === "SET") update.set.push(this.#setAction());
    else if (section === "REMOVE") update.remove.push(this.path());
    else (section === "ADD" ? update.add : update.delete).push({ path: this.path(), placeholder: this.value() });
  }

  #setAction(): SetAction {
    const path = this.path();
    this.expect("=");
    return { path, value: this.#setValue() };
  }

  /** Reads one operand or two, with or without brackets. */
  #setValue(): SetAction["value"] {
    if (this.peek().text === "(") {
      this.behindBracket();
      this.next();
      const value = this.#setValue();
      this.expect(")");
      return value.kind === "sum" ? value : this.#sum(value);
    }
    return this.#sum(this.#operand(FUNCTIONS));
  }

  #sum(left: SetOperand): SetAction["value"] {
    const sign = this.peek().text;
    if (sign !== "+" && sign !== "-") return left;
    this.next();
    this.countOperator();
    return { kind: "sum", sign, left, right: this.#bracketed() };
  }

  #bracketed(): SetOperand {
    if (this.peek().text !== "(") return this.#operand(FUNCTIONS);
    this.behindBracket();
    this.next();
    const operand = this.#operand(FUNCTIONS);
    this.expect(")");
    return operand;
  }

  /** Reads a path, a value, or one of these functions. */
  #operand(functions: readonly string[]): SetOperand {
    if (!this.isFunction())
      return this.peek().kind === "value" ? { kind: "value", placeholder: this.value() } : { kind: "path", path: this.path() };
    this.requireFunction(FUNCTIONS, functions);
    const name = this.peek().text;
    const [left, right] = this.operands(() => this.#operand(["if_not_exists"])) as [SetOperand, SetOperand];
    if (name === "list_append") return { kind: "list_append", left, right };
    if (left.kind !== "path") throw this.pathRequired(name);
    return { kind: "if_not_exists", path: left.path, otherwise: right };
  }
}
