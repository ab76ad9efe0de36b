import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { Plus, Trash2 } from "lucide-react";
import { useMemo, useState } from "react";
import { crm, read } from "../../../api/client.ts";
import { createRecordSearch } from "../../../api/option-search.ts";
import type { ConsoleRecord } from "../../../api/records.ts";
import { type Kind, useKindIndex } from "../../../api/schema.ts";
import { useScope } from "../../../api/session.ts";
import { listLabels } from "../../../api/value-text.ts";
import { LoadError } from "../../../frame/shell/load-error.tsx";
import { readErrors } from "../../../input/form/form-state.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Button } from "../../../ui/kit/button.tsx";
import { Checkbox } from "../../../ui/kit/checkbox.tsx";
import { joinClasses } from "../../../ui/kit/classes.ts";
import { DateField } from "../../../ui/kit/date-field.tsx";
import { IconButton } from "../../../ui/kit/icon-button.tsx";
import { Link } from "../../../ui/kit/link.tsx";
import { MoneyField } from "../../../ui/kit/money-field.tsx";
import { NumberField } from "../../../ui/kit/number-field.tsx";
import type { Option } from "../../../ui/kit/option-type.ts";
import { Reference } from "../../../ui/kit/reference.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import { showToast } from "../../../ui/kit/toast.tsx";
import { useIsDesktop } from "../../../ui/kit/use-media.ts";
import { emptyEntry, findMessage, type NewEntry, type PriceEntry } from "./entry-rules.ts";

type EntryRecord = PriceEntry & ConsoleRecord;

const PAGE_SIZE = 50;
const MAX_QUANTITY = 1_000_000_000;

/** The prices in a price book as a grid. A changed cell is saved when it is left. */
export function EntryList({ kind, record }: { readonly kind: Kind; readonly record: ConsoleRecord }) {
  const t = useText();
  const scope = useScope();
  const queries = useQueryClient();
  const isDesktop = useIsDesktop();
  const path = `${kind.path}/${record.id}/entries`;
  const currency = String(record.currency);
  const canWrite = kind.actions.some(({ name }) => name === "createPriceBookEntry");
  const list = useInfiniteQuery({
    queryKey: [...scope, "list", "price_book", "entries", record.id],
    initialPageParam: "",
    queryFn: async ({ pageParam }) => {
      const { data, meta } = await read<EntryRecord[]>(path, {
        limit: PAGE_SIZE,
        expand: "product",
        ...(pageParam === "" ? {} : { cursor: pageParam }),
      });
      return { data, next: (meta.next_cursor as string | null | undefined) ?? undefined };
    },
    getNextPageParam: ({ next }) => next,
  });
  const rows = list.data?.pages.flatMap(({ data }) => data) ?? [];
  const reload = async (): Promise<void> => {
    await queries.invalidateQueries({ queryKey: [...scope, "list", "price_book"] });
  };
  if (list.error) return <LoadError query={list} text={t("The prices could not be loaded")} />;
  if (list.isPending) return <Skeleton shape="block" />;
  return (
    <div className="flex min-w-0 flex-col gap-3">
      {isDesktop && rows.length > 0 ? (
        <div aria-hidden="true" className="grid grid-cols-(--entry-columns) gap-2 text-meta font-medium text-text-muted">
          <span>{t("Product")}</span>
          <span className="text-end">{t("From pieces")}</span>
          <span className="text-end">{t("Unit price ({currency})", { currency })}</span>
          <span>{t("Valid from")}</span>
          <span>{t("Valid until")}</span>
          <span>{t("Active")}</span>
          <span />
        </div>
      ) : null}
      {rows.length === 0 ? (
        <p className="text-control text-text-muted">{t("This book has no prices yet. Products have their own price.")}</p>
      ) : null}
      <ul className="flex min-w-0 flex-col gap-2">
        {rows.map((entry) => (
          <EntryRow
            key={`${entry.id} ${entry.version}`}
            entry={entry}
            path={`${path}/${entry.id}`}
            currency={currency}
            isCompact={!isDesktop}
            isReadOnly={!canWrite}
            onChanged={reload}
          />
        ))}
      </ul>
      {list.hasNextPage ? (
        <span>
          <Button isSmall isPending={list.isFetchingNextPage} onPress={() => void list.fetchNextPage()}>
            {t("Show more")}
          </Button>
        </span>
      ) : null}
      {canWrite ? <EntryCreation path={path} currency={currency} onCreated={reload} /> : null}
    </div>
  );
}

interface EntryRowProps {
  readonly entry: EntryRecord;
  readonly path: string;
  readonly currency: string;
  readonly isCompact: boolean;
  readonly isReadOnly: boolean;
  readonly onChanged: () => Promise<void>;
}

function EntryRow({ entry, path, currency, isCompact, isReadOnly, onChanged }: EntryRowProps) {
  const t = useText();
  const [problem, setProblem] = useState<ReturnType<typeof findMessage>>();
  const [product] = listLabels(entry, { name: "product_id", type: "reference" });
  const name = product?.name ?? t("Product");
  const change = async (values: Partial<PriceEntry>): Promise<void> => {
    const [[field, value] = []] = Object.entries(values);
    if (field === undefined || entry[field] === value) return;
    setProblem(undefined);
    try {
      await crm.request("PATCH", path, { body: values, ...(entry.version === undefined ? {} : { ifMatch: entry.version }) });
      await onChanged();
    } catch (error) {
      const { fields, form } = readErrors(error, t);
      setProblem(findMessage(fields, form));
    }
  };
  const remove = async (): Promise<void> => {
    await crm.request("DELETE", path, {});
    showToast({ text: t("The price of {name} was removed", { name }) });
    await onChanged();
  };
  const error = (field: string): string | undefined => (problem?.field === field ? problem.message : undefined);
  const cell = { isLabelHidden: !isCompact, isDisabled: isReadOnly } as const;
  return (
    <li
      className={joinClasses(
        "grid items-start gap-2",
        isCompact ? "grid-cols-2 rounded-card border border-border bg-surface p-3" : "grid-cols-(--entry-columns)",
      )}
    >
      <span className={joinClasses("flex min-h-control min-w-0 items-center", isCompact && "col-span-2")}>
        <Link variant="title" href={`/crm/products/view/${entry.product_id}`}>
          {name}
        </Link>
      </span>
      <NumberField
        {...cell}
        label={t("From pieces")}
        defaultValue={entry.min_quantity}
        minValue={1}
        maxValue={MAX_QUANTITY}
        step={1}
        onChange={(min_quantity) => void change({ min_quantity })}
        error={error("min_quantity")}
      />
      <MoneyField
        {...cell}
        label={t("Unit price")}
        isCurrencyHidden
        currency={currency}
        value={entry.unit_price}
        onChange={(unit_price) => {
          if (unit_price !== null) void change({ unit_price });
        }}
        error={error("unit_price")}
      />
      <DateField
        {...cell}
        label={t("Valid from")}
        value={entry.valid_from}
        onChange={(valid_from) => void change({ valid_from })}
        error={error("valid_from")}
      />
      <DateField
        {...cell}
        label={t("Valid until")}
        value={entry.valid_to}
        onChange={(valid_to) => void change({ valid_to })}
        error={error("valid_to")}
      />
      <span className="flex min-h-control items-center">
        <Checkbox
          aria-label={t("Active")}
          isDisabled={isReadOnly}
          isSelected={entry.is_active}
          onChange={(is_active) => void change({ is_active })}
        >
          {isCompact ? t("Active") : undefined}
        </Checkbox>
      </span>
      {isReadOnly ? (
        <span />
      ) : (
        <span className="flex justify-end">
          <IconButton label={t("Remove the price of {name}", { name })} icon={<Trash2 />} onPress={() => void remove()} />
        </span>
      )}
      {problem && !["min_quantity", "unit_price", "valid_from", "valid_to"].includes(problem.field) ? (
        <p className="col-span-full text-meta text-danger">{problem.message}</p>
      ) : null}
    </li>
  );
}

interface EntryCreationProps {
  readonly path: string;
  readonly currency: string;
  readonly onCreated: () => Promise<void>;
}

/** Adds the price of a product. Enter in the price adds it, and the search of the next product opens. */
function EntryCreation({ path, currency, onCreated }: EntryCreationProps) {
  const t = useText();
  const { data: kinds } = useKindIndex();
  const search = useMemo(() => createRecordSearch(kinds?.find(({ kind }) => kind === "product")), [kinds]);
  const [entry, setEntry] = useState<NewEntry>(emptyEntry);
  const [product, setProduct] = useState<Option | null>(null);
  const [errors, setErrors] = useState<Readonly<Record<string, string>>>({});
  const [message, setMessage] = useState<string>();
  const [round, setRound] = useState(0);
  const [isSaving, setSaving] = useState(false);
  const save = async (): Promise<void> => {
    setSaving(true);
    setMessage(undefined);
    try {
      await crm.request("POST", path, { body: { ...entry } });
      setEntry(emptyEntry);
      setProduct(null);
      setErrors({});
      setRound(round + 1);
      await onCreated();
    } catch (error) {
      const { fields, form } = readErrors(error, t);
      setErrors(fields);
      setMessage(form);
    } finally {
      setSaving(false);
    }
  };
  return (
    <form
      key={round}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (!isSaving) void save();
      }}
      className="grid grid-cols-1 items-start gap-3 rounded-card border border-border bg-surface p-3 tablet:grid-cols-(--entry-creation-columns)"
    >
      <Reference
        label={t("Product")}
        value={product}
        search={search}
        isOpenAtFirst={round > 0}
        error={errors.product_id}
        onChange={(option) => {
          setProduct(option);
          setEntry({ ...entry, product_id: option?.id ?? null });
        }}
      />
      <NumberField
        label={t("From pieces")}
        value={entry.min_quantity}
        minValue={1}
        maxValue={MAX_QUANTITY}
        step={1}
        onChange={(min_quantity) => setEntry({ ...entry, min_quantity })}
        error={errors.min_quantity}
      />
      <MoneyField
        label={t("Unit price")}
        isLive
        currency={currency}
        value={entry.unit_price}
        onChange={(unit_price) => setEntry({ ...entry, unit_price })}
        error={errors.unit_price}
      />
      <span className="flex items-end tablet:pt-6">
        <Button type="submit" icon={<Plus />} isPending={isSaving}>
          {t("Add the price")}
        </Button>
      </span>
      {message === undefined ? null : <p className="col-span-full text-meta text-danger">{message}</p>}
    </form>
  );
}
