import type { ActionLayout } from "@crm/core/kernel/layout.ts";

/** How clients show an action, from the first word of its operation's name. */

const iconsByVerb: Readonly<Record<string, string>> = {
  accept: "check",
  activate: "play",
  add: "plus",
  apply: "wand",
  approve: "check",
  archive: "archive",
  assign: "user-round-plus",
  cancel: "ban",
  check: "plug-zap",
  clear: "eraser",
  close: "circle-check",
  complete: "circle-check",
  convert: "arrow-right-left",
  create: "plus",
  delegate: "forward",
  delete: "trash-2",
  dismiss: "x",
  escalate: "arrow-up",
  export: "file-down",
  generate: "sparkles",
  log: "notebook-pen",
  lose: "thumbs-down",
  merge: "merge",
  move: "move-right",
  pause: "pause",
  present: "presentation",
  preview: "eye",
  publish: "globe",
  read: "mail-open",
  reject: "x",
  remind: "bell",
  remove: "trash-2",
  renew: "refresh-cw",
  reopen: "rotate-ccw",
  replace: "pencil",
  reprice: "calculator",
  request: "signature",
  resolve: "check-check",
  restore: "rotate-ccw",
  revoke: "link-2-off",
  rotate: "refresh-cw",
  send: "send",
  set: "pencil",
  sign: "signature",
  split: "split",
  submit: "send-horizontal",
  terminate: "ban",
  undo: "undo-2",
  unmerge: "undo-2",
  update: "pencil",
  verify: "badge-check",
  win: "trophy",
  withdraw: "undo",
};
const DEFAULT_ICON = "circle-dot";

/** Verbs whose effect cannot be undone, or ends something for other people. Clients ask before they call these. */
const dangerousVerbs = new Set(
  "cancel clear close delete lose merge reject remove revoke rotate terminate unmerge unpublish void withdraw".split(" "),
);

interface ShownAction {
  icon: string;
  primary: boolean;
  danger: boolean;
  confirm: boolean;
}

/** Returns the marks of an action. An action whose form the caller fills in needs no further confirmation. */
export function describeAction(operationName: string, fieldCount: number, declared: ActionLayout = {}): ShownAction {
  const verb = /^[a-z]+/.exec(operationName)?.[0] ?? "";
  const danger = declared.isDangerous ?? dangerousVerbs.has(verb);
  return {
    icon: declared.icon ?? iconsByVerb[verb] ?? DEFAULT_ICON,
    primary: declared.isPrimary ?? false,
    danger,
    confirm: danger && fieldCount === 0,
  };
}
