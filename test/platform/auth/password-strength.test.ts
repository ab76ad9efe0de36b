import { loadCommonPasswords } from "@crm/core/platform/auth/common-passwords.ts";
import { isBasedOn, isMonotonous, listBaseForms } from "@crm/core/platform/auth/password-strength.rules.ts";
import { describe, expect, it } from "vitest";

/** Common passwords, which attackers try first, are rejected. */
const commonPasswords = loadCommonPasswords();
const isCommon = (password: string): boolean => [...listBaseForms(password)].some((form) => commonPasswords.has(form));

describe("M3 a password", () => {
  it.each([
    ...[
      "Summer2026!",
      "football12",
      "Passwort123",
      "password123",
      "P@ssw0rd2026",
      "Sommer2025!!",
      "Settembre2026!",
      "iloveyou2024",
      "!!Welcome1!!",
    ],
    ...[
      "1q2w3e4r5t",
      "trustno1trustno1",
      "footballfootball",
      "Fußball2026",
      "qwertyuiop",
      "Motdepasse1",
      "Contraseña1",
      "STARWARS1977",
    ],
  ])("from the common lists is rejected with any decoration: %s", (password) => {
    expect(isCommon(password)).toBe(true);
  });

  it.each([
    ...[
      "Correct-Horse-9000",
      "a-long-sentence-of-mine",
      "Another-Horse-9000",
      "quite unusual words",
      "kX9#mQ2$vL",
      "Zebra crossing 17",
    ],
    ...["summer 8723-9948-2231-7765", "漢字かな交じり文の合言葉", "пароль-которого-нет", "tr4mpoline.Verandah"],
  ])("that is uncommon is accepted: %s", (password) => {
    expect(isCommon(password) || isMonotonous(password)).toBe(false);
  });

  it.each(["aaaaaaaaaaaa", "0123456789", "9876543210", "abcdefghij", "qwertzuiop", "abababababab", "lkjhgfdsaa"])(
    "with few distinct steps is rejected: %s",
    (password) => {
      expect(isMonotonous(password) || isCommon(password)).toBe(true);
    },
  );

  it("must not be the name of the organisation with a year", () => {
    const contextWords = ["Harbour Insurance", "harbour-ins"];
    for (const password of ["Harbour2026!", "harbourinsurance1", "H4rbour-2026", "Insurance#12"])
      expect(isBasedOn(password, contextWords)).toBe(true);
    for (const password of ["Harbour lights at dusk", "my-harbour-insurance-login"])
      expect(isBasedOn(password, contextWords)).toBe(false);
  });
});
