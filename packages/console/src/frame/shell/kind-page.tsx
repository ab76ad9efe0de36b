import { hasStartPage, parseAddress, useKindIndex } from "../../api/schema.ts";
import { ActivityDashboard, FormPage, ListPage, RecordPage } from "./kind-pages.ts";
import { NotFound } from "./not-found.tsx";
import { useHasNoParameters, usePagePath } from "./use-page-path.ts";

/** The page of a kind: list, record or form, as the address says. Each kind of the schema has them. */
export function KindPage() {
  const { data: kinds } = useKindIndex();
  const path = usePagePath();
  const isPlain = useHasNoParameters();
  if (!kinds) return null;
  const address = parseAddress(path, kinds);
  if (!address) return <NotFound />;
  const { kind, page, id = "", mode } = address;
  if (page === "list" && mode === undefined && isPlain && hasStartPage(kind)) return <ActivityDashboard />;
  if (page === "list") return <ListPage key={kind.kind} summary={kind} {...(mode ? { mode } : {})} />;
  if (page === "view") return <RecordPage key={id} summary={kind} id={id} />;
  return page === "add" ? <FormPage key="add" summary={kind} /> : <FormPage key={id} summary={kind} id={id} />;
}
