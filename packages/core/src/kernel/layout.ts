import type { Json } from "./json.ts";

/**
 * How clients lay out the records of a kind, as far as its operations and fields do not say so. A domain declares it in `<kind>.layout.ts`,
 * and its manifest loads it (`layouts`). Everything is optional: `GET /schema` derives the rest (docs/api.md). Administrators
 * override the parts of `LayoutParts` for their tenant and for a role.
 */
export interface Layout extends Partial<LayoutParts> {
  readonly board?: BoardLayout;
  readonly calendar?: CalendarLayout;
  readonly timeline?: TimelineLayout;
  /** Actions by the name of their operation. */
  readonly actions?: Readonly<Record<string, ActionLayout>>;
  /** Amounts of money are shown with all decimals of their currency, also whole ones: they are owed or paid. */
  readonly hasExactMoney?: boolean;
  /**
   * Columns of a list of objects inside a record, by the name of the field, or of a list beside a record, by the name of the tab. The entries
   * of a list of records also have their titles.
   */
  readonly lists?: Readonly<Record<string, readonly string[]>>;
  /** Fields that pages do not show, such as those that repeat others. Lists can still be filtered by them. */
  readonly hidden?: readonly string[];
  /**
   * What the list of records of this kind is called beside a record that several of their fields may name, by the name of the field: `Child customers` for
   * `parent_customer_id`.
   */
  readonly relatedLabels?: Readonly<Record<string, string>>;
  /** When clients show a field, and when they require it, by the name of the field. */
  readonly fields?: Readonly<Record<string, FieldLayout>>;
}

/** The parts of a layout that administrators can change. */
export interface LayoutParts {
  /** Groups of fields on the page of a record and in its form, in their order. */
  readonly sections: readonly LayoutSection[];
  /** Fields of the short form that creates a record: at most seven. */
  readonly primary: readonly string[];
  /** Columns of a list whose view names none. */
  readonly columns: readonly string[];
  /** Fields of a card, below its title: at most three. */
  readonly card: readonly string[];
  /** Lists beside a record, in their order, by the names of `tabs` and `related`. */
  readonly tabs: readonly string[];
}

export interface LayoutSection {
  readonly name: string;
  readonly label: string;
  readonly fields: readonly string[];
}

interface CalendarLayout {
  readonly start: string;
  readonly end?: string;
  /** The path of an operation that returns the entries of a period: `from`, `to`, `timezone` and `owner` are its input. */
  readonly path?: string;
}

/** Records as bars on a line of time, by the names of their fields. */
interface TimelineLayout {
  readonly start: string;
  readonly end: string;
  /** The done share of a record, in percent. */
  readonly progress?: string;
  /** Values of the board's field of records that are over. Timelines leave these records out at first. */
  readonly ended?: readonly string[];
}

interface BoardLayout {
  /** The field that gives the columns: of master data, or with fixed choices. */
  readonly field: string;
  /** The operation that moves a record, by the value of its column, where no single operation takes the field as its input. */
  readonly moves?: Readonly<Record<string, string>>;
  /** The amount of money that each column sums. */
  readonly sum?: string;
  /**
   * Columns of records that ended without success; `final`: the final values of the master data. Values of master data that tells success
   * from failure need no declaration.
   */
  readonly exits?: readonly string[] | "final";
  /**
   * The records whose value of the field counts: `{"is_converted": {"eq": false}}`. The others are over, and their value says only where they stood before.
   * Boards, and lists with a filter on the field, leave them out unless a filter names one of these fields.
   */
  readonly open?: PlainCondition;
  /** The operation that puts a record between two others of a column: `status`, `after_id` and `before_id` are its input. */
  readonly place?: string;
}

export interface ActionLayout {
  readonly icon?: string;
  /** The action that a client shows first. */
  readonly isPrimary?: boolean;
  readonly isDangerous?: boolean;
  /** The condition under which a record allows the action. That of an action of a part names fields of the part. The server decides; clients hide the action otherwise. */
  readonly enabledWhen?: Condition;
}

interface FieldLayout {
  readonly visibleWhen?: Condition;
  readonly requiredWhen?: Condition;
}

type PlainCondition = Readonly<Record<string, Readonly<Record<string, Json>>>>;

/** A condition in the grammar of `where` in list queries: `{"status": {"in": ["DRAFT"]}}`. `or` has alternatives. Master data is named by code. */
export type Condition = PlainCondition | { readonly or: readonly PlainCondition[] };
