import { describe, expect, it } from "vitest";
import { checkConsoleSource } from "../../scripts/lint-console.ts";

const PAGE = "packages/console/src/records/list/list-page.tsx";
const KIT = "packages/console/src/ui/kit/button.tsx";
const SAMPLE = "packages/console/src/pages/platform/kit-page/samples.tsx";
const DIALOG = "<Dialog><TextField value={v}";
const SHEET = "packages/console/src/index.css";

describe("the rules of the console", () => {
  it.each([
    [PAGE, '<p className="bg-blue-500 p-2" />;', "a palette class"],
    [PAGE, '<p className={on ? "data-hovered:text-white" : ""} />;', "a palette class"],
    [PAGE, '<p className="ml-2" />;', "a physical direction"],
    [PAGE, '<p className="tablet:-right-1" />;', "a physical direction"],
    [PAGE, '<p className="rounded-tl-card" />;', "a physical direction"],
    [PAGE, "const name = `p-2 text-left ${more}`;", "a physical direction"],
    [PAGE, 'const color = "#3b5bdb";', "a raw color"],
    [PAGE, 'const color = "rgb(0 0 0)";', "a raw color"],
    [PAGE, '<p className="w-[320px]" />;', "a raw size"],
    [PAGE, '<p className="gap-5" />;', "gap-5 is not in the scale"],
    [PAGE, '<p className="px-1.5" />;', "px-1.5 is not in the scale"],
    [PAGE, "<button onClick={run} />;", "a raw <button>"],
    [PAGE, "<p>Leads</p>;", 'the text "Leads" is not translated'],
    [PAGE, '<TextField label="Name" />;', "the label is not translated"],
    [PAGE, "<p style={{ width }} />;", "a style"],
    [SAMPLE, "<table />;", "a raw <table>"],
    [PAGE, "const save = async () => onDone?.(await send());", "an await in an optional call"],
    [PAGE, `const [v, setV] = useState(""); ${DIALOG} onChange={setV} /></Dialog>;`, "a reload loses this input"],
    [PAGE, `const [v, setV] = useState(0); const put = (n) => setV(n); ${DIALOG} onChange={put} /></Dialog>;`, "a reload loses"],
    [SHEET, "a { color: #fff; }", "a raw color"],
    [SHEET, "a { margin-left: 4px; }", "a physical direction"],
    [SHEET, "a { font-size: 13px; }", "a raw size"],
  ])("refuse in %s: %s", (file, source, finding) => {
    expect(checkConsoleSource(source, file)).toEqual([expect.stringContaining(`${file}:1: ${finding}`)]);
  });

  it.each([
    [PAGE, '<p className="ms-2 text-start p-4 w-1/2 h-row bg-hue-red-subtle z-10 border-s">{t("Leads")}</p>;'],
    [PAGE, '<Link href="/crm/leads/left-over">{name} – {count}</Link>;'],
    [PAGE, "const run = async () => onDone?.(async () => await send());"],
    [KIT, "<button style={{ width }} />;"],
    [PAGE, "const save = async () => { const answer = await send(); onDone?.(answer); };"],
    [PAGE, `${DIALOG} onChange={(v) => form.set("v", v)} /></Dialog>;`],
    [PAGE, 'const [v, setV] = useState(""); <TextField onChange={setV} />;'],
    [SAMPLE, '<TextField label="Name">Name</TextField>;'],
    [SHEET, "a { color: var(--color-text); margin-inline-start: 4px; inset-inline-start: 0; }"],
    ["packages/console/src/theme.css", "a { color: #fff; font-size: 12px; }"],
  ])("accept in %s: %s", (file, source) => {
    expect(checkConsoleSource(source, file)).toEqual([]);
  });
});
