import { Pencil } from "lucide-react";
import { useState } from "react";
import type { JsonSchema } from "../../../api/step-schema.ts";
import { FieldInput } from "../../../input/fields/field-input.tsx";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Button } from "../../../ui/kit/button.tsx";
import { Checkbox } from "../../../ui/kit/checkbox.tsx";
import { IconButton } from "../../../ui/kit/icon-button.tsx";
import { DestinationField } from "./destination-field.tsx";
import { toField } from "./rule-fields.ts";
import { describeDestination, describeEffect, type SentenceSources } from "./rule-sentence.ts";
import { dropNull } from "./rule-shape.ts";

interface OtherwisePartProps {
  readonly schema: JsonSchema;
  readonly value: unknown;
  readonly sources: SentenceSources;
  readonly errors: Readonly<Record<string, string>>;
  /** Undefined: the user may not change the rules. */
  readonly onChange?: (value: unknown) => void;
}

/** What applies to records that no rule matches. */
export function OtherwisePart({ schema, value, sources, errors, onChange }: OtherwisePartProps) {
  const t = useText();
  const [isOpen, setOpen] = useState(Object.keys(errors).length > 0);
  const isDestination = "method" in (dropNull(schema).properties ?? {});
  const isNullable = schema.anyOf?.some(({ type }) => type === "null") === true;
  const describe = (): string => {
    if (isDestination) return describeDestination(value as Parameters<typeof describeDestination>[0], sources);
    if (value === null || value === undefined) return t("nothing");
    const isId = String(value).includes("_") && sources.nameId(String(value)) !== undefined;
    return isId ? describeEffect({ territory: value }, sources) : sources.text.nameChoice("otherwise", String(value));
  };
  const field = isDestination ? undefined : toField("otherwise", schema, !isNullable, sources.text);
  return (
    <div className="flex min-w-0 flex-col gap-3 rounded-card border border-border bg-surface px-3 py-2">
      <div className="flex min-h-target min-w-0 items-center gap-2 text-control">
        <span className="min-w-0 flex-1 wrap-anywhere" dir="auto">
          {t("Otherwise: {effect}", { effect: describe() })}
        </span>
        {onChange && !isOpen ? (
          <IconButton isSmall label={t("Change what applies otherwise")} icon={<Pencil />} onPress={() => setOpen(true)} />
        ) : null}
      </div>
      {onChange && isOpen ? (
        <div className="flex w-full max-w-drawer min-w-0 flex-col gap-4 pb-2">
          {isDestination ? (
            <>
              <Checkbox
                isSelected={value !== null && value !== undefined}
                onChange={(isOn) => onChange(isOn ? { method: "USER", user_ids: [] } : null)}
              >
                {t("Assign records that no rule matches")}
              </Checkbox>
              {value ? (
                <DestinationField label={sources.text.nameField("to")} value={value} onChange={onChange} errors={errors} />
              ) : null}
            </>
          ) : field ? (
            <FieldInput
              field={field}
              value={value ?? null}
              values={{}}
              onChange={onChange}
              {...(errors[""] === undefined ? {} : { error: errors[""] })}
            />
          ) : null}
          <span>
            <Button isSmall onPress={() => setOpen(false)}>
              {t("Done")}
            </Button>
          </span>
        </div>
      ) : null}
    </div>
  );
}
