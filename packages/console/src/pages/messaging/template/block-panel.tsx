import { Plus, Trash2 } from "lucide-react";
import type { ReactNode } from "react";
import { type MailBlock, type ProductItem, placeImage, readColumns, type SocialLink } from "../../../records/mail/mail-block.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Button } from "../../../ui/kit/button.tsx";
import { IconButton } from "../../../ui/kit/icon-button.tsx";
import { NumberField } from "../../../ui/kit/number-field.tsx";
import { SegmentedControl } from "../../../ui/kit/segmented-control.tsx";
import { Select } from "../../../ui/kit/select.tsx";
import { Switch } from "../../../ui/kit/switch.tsx";
import { TextArea } from "../../../ui/kit/text-area.tsx";
import { TextField } from "../../../ui/kit/text-field.tsx";
import { networks } from "./block-names.ts";
import { ImagePicker } from "./image-picker.tsx";
import { MergeLine } from "./merge-line.tsx";
import { TextBlockInput } from "./text-block-input.tsx";

interface BlockPanelProps {
  readonly block: MailBlock;
  /** By the path of the field in the block. */
  readonly errors: Readonly<Record<string, string>>;
  readonly onChange: (block: MailBlock) => void;
  readonly isDisabled: boolean;
}

const MERGE_EXAMPLE = "{{person.first_name|there}}";
const MAX_PRODUCTS = 12;
const MAX_LINKS = 10;
const MAX_COLUMNS = 3;

/** The inputs of the chosen block. */
export function BlockPanel({ block, errors, onChange, isDisabled }: BlockPanelProps): ReactNode {
  const t = useText();
  const set = (field: string, value: unknown): void => onChange({ ...block, [field]: value });
  const bind = (field: string) => ({
    value: String(block[field] ?? ""),
    onChange: (value: string): void => set(field, value),
    error: errors[field],
    isDisabled,
  });
  /** An empty text is no value. */
  const bindOptional = (field: string) => ({
    ...bind(field),
    onChange: (value: string): void => set(field, value === "" ? null : value),
  });
  const mergeHelp = t("Merge fields such as {field} are filled in for each reader.", { field: MERGE_EXAMPLE });
  const align = (
    <AlignField value={String(block.align ?? "start")} onChange={(value) => set("align", value)} isDisabled={isDisabled} />
  );
  switch (block.type) {
    case "heading":
      return (
        <>
          <MergeLine label={t("Text")} {...bind("text")} help={mergeHelp} />
          <SegmentedControl
            label={t("Size")}
            segments={[
              { id: "1", label: t("Large") },
              { id: "2", label: t("Medium") },
              { id: "3", label: t("Small") },
            ]}
            value={String(block.level ?? 1)}
            onChange={(level) => set("level", Number(level))}
            isDisabled={isDisabled}
          />
          {align}
        </>
      );
    case "text":
      return (
        <>
          <TextBlockInput
            label={t("Text")}
            value={String(block.html ?? "")}
            onChange={(html) => set("html", html)}
            error={errors.html}
            help={mergeHelp}
            isDisabled={isDisabled}
          />
          {align}
        </>
      );
    case "image":
      return (
        <>
          <ImagePicker isDisabled={isDisabled} onChoose={(image) => onChange({ ...block, ...placeImage(block, image) })} />
          <TextField label={t("Address of the image")} {...bind("url")} help={t("Begins with https://")} />
          <TextField
            label={t("Alternative text")}
            {...bind("alt")}
            isDisabled={isDisabled || block.decorative === true}
            help={t("Says what the image shows. Many mail programs block images.")}
          />
          <Switch
            isSelected={block.decorative === true}
            onChange={(decorative) => onChange({ ...block, decorative, ...(decorative ? { alt: "" } : {}) })}
            isDisabled={isDisabled}
          >
            {t("The image is only decoration")}
          </Switch>
          <TextField label={t("Link")} note="optional" {...bindOptional("link")} />
          <NumberField
            label={t("Width in pixels")}
            note="optional"
            value={typeof block.width === "number" ? block.width : Number.NaN}
            onChange={(width) => set("width", Number.isNaN(width) ? null : width)}
            minValue={16}
            maxValue={600}
            error={errors.width}
            isDisabled={isDisabled}
          />
          {align}
        </>
      );
    case "button":
      return (
        <>
          <MergeLine label={t("Label")} {...bind("label")} />
          <TextField label={t("Link")} {...bind("url")} />
          <TextField
            label={t("Color")}
            note="optional"
            {...bindOptional("color")}
            help={t("A code of six digits after a number sign. Without it the button has the color of your company.")}
          />
          {align}
        </>
      );
    case "columns":
      return (
        <>
          <SegmentedControl
            label={t("Number of columns")}
            segments={[
              { id: "2", label: t("Two") },
              { id: "3", label: t("Three") },
            ]}
            value={String(readColumns(block).length)}
            onChange={(count) => set("columns", resizeColumns(readColumns(block), Number(count)))}
            isDisabled={isDisabled}
          />
          <Switch isSelected={block.stack !== false} onChange={(stack) => set("stack", stack)} isDisabled={isDisabled}>
            {t("Below each other on phones")}
          </Switch>
        </>
      );
    case "products":
      return <ProductInputs block={block} errors={errors} onChange={onChange} isDisabled={isDisabled} />;
    case "social":
      return (
        <>
          <LinkInputs block={block} errors={errors} onChange={onChange} isDisabled={isDisabled} />
          {align}
        </>
      );
    case "spacer":
      return (
        <NumberField
          label={t("Height in pixels")}
          value={Number(block.height ?? 24)}
          onChange={(height) => set("height", Number.isNaN(height) ? 24 : height)}
          minValue={4}
          maxValue={96}
          hasSteps
          error={errors.height}
          isDisabled={isDisabled}
        />
      );
    case "footer":
      return (
        <TextArea
          label={t("Text")}
          note="optional"
          {...bindOptional("text")}
          help={t("The address of your company and the link to unsubscribe follow by themselves.")}
        />
      );
    default:
      return <p className="text-control text-text-muted">{t("This block has no settings.")}</p>;
  }
}

/** The blocks of a column that goes are added to the last one. */
function resizeColumns(columns: readonly (readonly MailBlock[])[], count: number): readonly (readonly MailBlock[])[] {
  const kept = Array.from({ length: Math.min(count, MAX_COLUMNS) }, (_, index) => columns[index] ?? []);
  const rest = columns.slice(count).flat();
  return kept.map((column, index) => (index === kept.length - 1 ? [...column, ...rest] : column));
}

interface AlignFieldProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly isDisabled: boolean;
}

function AlignField({ value, onChange, isDisabled }: AlignFieldProps) {
  const t = useText();
  return (
    <SegmentedControl
      label={t("Alignment")}
      segments={[
        { id: "start", label: t("Align left") },
        { id: "center", label: t("Center") },
        { id: "end", label: t("Align right") },
      ]}
      value={value}
      onChange={onChange}
      isDisabled={isDisabled}
    />
  );
}

interface EntryFrameProps {
  readonly title: string;
  readonly onRemove: (() => void) | undefined;
  readonly children: ReactNode;
}

/** One of several entries of a block. */
function EntryFrame({ title, onRemove, children }: EntryFrameProps) {
  const t = useText();
  return (
    <fieldset className="flex min-w-0 flex-col gap-3 border-t border-border pt-3">
      <div className="flex items-center gap-2">
        <legend className="min-w-0 flex-1 text-control font-medium">{title}</legend>
        {onRemove ? (
          <IconButton isSmall label={t("Remove {label}", { label: title })} icon={<Trash2 />} onPress={onRemove} />
        ) : null}
      </div>
      {children}
    </fieldset>
  );
}

function ProductInputs({ block, errors, onChange, isDisabled }: BlockPanelProps) {
  const t = useText();
  const items = (Array.isArray(block.items) ? block.items : []) as readonly ProductItem[];
  const setItems = (next: readonly ProductItem[]): void => onChange({ ...block, items: next });
  return (
    <>
      {items.map((item, index) => {
        const bind = (field: keyof ProductItem) => ({
          value: item[field] ?? "",
          onChange: (value: string): void =>
            setItems(
              items.map((other, position) =>
                position === index ? { ...other, [field]: value === "" && field !== "name" ? null : value } : other,
              ),
            ),
          error: errors[`items[${index}].${field}`],
          isDisabled,
        });
        return (
          <EntryFrame
            // biome-ignore lint/suspicious/noArrayIndexKey: products have no ids.
            key={index}
            title={t("Product {number}", { number: index + 1 })}
            onRemove={
              items.length > 1 && !isDisabled ? () => setItems(items.filter((_, position) => position !== index)) : undefined
            }
          >
            <TextField label={t("Name")} {...bind("name")} />
            <TextField label={t("Text")} note="optional" {...bind("text")} />
            <TextField label={t("Price")} note="optional" {...bind("price")} />
            <TextField label={t("Address of the image")} note="optional" {...bind("image_url")} />
            <TextField label={t("Link")} note="optional" {...bind("url")} />
          </EntryFrame>
        );
      })}
      {items.length < MAX_PRODUCTS && !isDisabled ? (
        <span>
          <Button isSmall icon={<Plus />} onPress={() => setItems([...items, { name: "" }])}>
            {t("Add a product")}
          </Button>
        </span>
      ) : null}
    </>
  );
}

function LinkInputs({ block, errors, onChange, isDisabled }: BlockPanelProps) {
  const t = useText();
  const links = (Array.isArray(block.links) ? block.links : []) as readonly SocialLink[];
  const setLinks = (next: readonly SocialLink[]): void => onChange({ ...block, links: next });
  const setLink = (index: number, change: Partial<SocialLink>): void =>
    setLinks(links.map((other, position) => (position === index ? { ...other, ...change } : other)));
  return (
    <>
      {links.map(({ network, url }, index) => (
        <EntryFrame
          // biome-ignore lint/suspicious/noArrayIndexKey: links have no ids.
          key={index}
          title={networks[network] ?? network}
          onRemove={
            links.length > 1 && !isDisabled ? () => setLinks(links.filter((_, position) => position !== index)) : undefined
          }
        >
          <Select
            label={t("Network")}
            options={Object.entries(networks).map(([id, label]) => ({ id, label }))}
            value={network}
            onChange={(key) => setLink(index, { network: String(key) })}
            isDisabled={isDisabled}
          />
          <TextField
            label={t("Link")}
            value={url}
            onChange={(value) => setLink(index, { url: value })}
            error={errors[`links[${index}].url`]}
            isDisabled={isDisabled}
          />
        </EntryFrame>
      ))}
      {links.length < MAX_LINKS && !isDisabled ? (
        <span>
          <Button isSmall icon={<Plus />} onPress={() => setLinks([...links, { network: "instagram", url: "" }])}>
            {t("Add a network")}
          </Button>
        </span>
      ) : null}
    </>
  );
}
