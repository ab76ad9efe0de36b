import { findPages } from "../../api/page-manifest.ts";
import { parseAddress, useKindIndex } from "../../api/schema.ts";
import { NotFound } from "../../frame/shell/not-found.tsx";
import { useHasNoParameters, usePagePath } from "../../frame/shell/use-page-path.ts";
import { FormPage, ListPage, RecordPage } from "./kind-pages.ts";

/** The page of a kind: list, record or form, as the address says. Each kind of the schema has them. */
export function KindPage() {
  const { data: kinds } = useKindIndex();
  const path = usePagePath();
  const isPlain = useHasNoParameters();
  if (!kinds) return null;
  const address = parseAddress(path, kinds);
  if (!address) return <NotFound />;
  const { kind, page, id = "", mode } = address;
  const StartPage = findPages(kind.kind).list?.startPage?.page;
  if (page === "list" && mode === undefined && isPlain && StartPage) return <StartPage />;
  if (page === "list") return <ListPage key={kind.kind} summary={kind} {...(mode ? { mode } : {})} />;
  if (page === "view") return <RecordPage key={id} summary={kind} id={id} />;
  return page === "add" ? <FormPage key="add" summary={kind} /> : <FormPage key={id} summary={kind} id={id} />;
}
