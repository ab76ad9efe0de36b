import type { Translate } from "../../ui/i18n/use-text.ts";

/** Says why two persons are alike. The API has the reasons as English words: what is compared, and how it agrees. */
const reasons: Readonly<Record<string, (t: Translate) => string>> = {
  "first name equal": (t) => t("same first name"),
  "first name differs in a few letters": (t) => t("first name differs in a few letters"),
  "first name sounds or looks alike": (t) => t("first name sounds or looks alike"),
  "first name is a short form of the other": (t) => t("first name is a short form of the other"),
  "first name is part of the other": (t) => t("first name is part of the other"),
  "last name equal": (t) => t("same last name"),
  "last name differs in a few letters": (t) => t("last name differs in a few letters"),
  "last name sounds or looks alike": (t) => t("last name sounds or looks alike"),
  "last name is part of the other": (t) => t("last name is part of the other"),
  "first and last name swapped": (t) => t("first and last name swapped"),
  "street equal": (t) => t("same street"),
  "street differs in a few letters": (t) => t("street differs in a few letters"),
  "street is part of the other": (t) => t("street is part of the other"),
  "second address line equal": (t) => t("same second address line"),
  "address lines swapped": (t) => t("address lines swapped"),
  "house number equal": (t) => t("same house number"),
  "house number differs in a few letters": (t) => t("house number differs in a few letters"),
  "city equal": (t) => t("same city"),
  "city differs in a few letters": (t) => t("city differs in a few letters"),
  "postal code equal": (t) => t("same postal code"),
  "postal code differs in a few letters": (t) => t("postal code differs in a few letters"),
  "birth date equal": (t) => t("same birth date"),
  "birth date with day and month swapped": (t) => t("birth date with day and month swapped"),
  "birth date differs in one part": (t) => t("birth date differs in one part"),
  "birth year equal": (t) => t("same birth year"),
  "document number equal": (t) => t("same document number"),
  "document number differs in one character": (t) => t("document number differs in one character"),
  "IBAN equal": (t) => t("same IBAN"),
  "email in common": (t) => t("same email address"),
  "phone in common": (t) => t("same phone number"),
  "social in common": (t) => t("same social account"),
  "email differs in one character": (t) => t("email differs in one character"),
  "same company in email": (t) => t("same company in the email address"),
  "contact point of the other": (t) => t("uses the email address or phone number of the other"),
  "merged by hand": (t) => t("merged by hand"),
};

/** A reason of a later release of the API is shown as it is. */
export const formatReason = (reason: string, t: Translate): string => reasons[reason]?.(t) ?? reason;

export const formatReasons = (all: readonly { readonly reason: string }[], t: Translate): string =>
  [...new Set(all.map(({ reason }) => formatReason(reason, t)))].join(", ");

export const formatLevel = (level: string | null, t: Translate): string =>
  level === "certain"
    ? t("Very likely the same")
    : level === "likely"
      ? t("Likely the same")
      : level === "possible"
        ? t("Possibly the same")
        : t("Unlikely the same");
