import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { type ErrorDetail, invalidAll } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { IdInput, patchSchema, type Shape, toStoredFields, toStoredPatch } from "../../kernel/schema.ts";
import type { AccountCheck } from "../../lib/provider-http/provider-client.ts";
import type { BaseRecord, Collection } from "../../storage/table/collection.ts";
import { type Sealed, Vault } from "../../storage/vault/vault.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, type Transaction, transaction } from "../../storage/write/transaction.ts";
import { Master } from "../master-data/master.ts";
import { type AccountRequirements, findImmutableChanges, validateAccount } from "./provider-account.rules.ts";

/** The verbs of accounts with external providers. Their secrets are stored encrypted, and no answer contains them. */

interface AccountRecord extends BaseRecord {
  sealed: Sealed | null;
  /** When a secret was written last. */
  secret_changed_at: string;
  is_default?: boolean;
}

type Stated = Readonly<Record<string, unknown>>;
/** The given secrets, by name. */
type Secrets = Readonly<Record<string, string>>;

interface AccountOptions<R extends AccountRecord> {
  collection: Collection<R>;
  fields: Shape;
  secretFields: Shape;
  /** The field that names the provider. It cannot change. */
  providerField: keyof R & string;
  requirements: Readonly<Record<string, AccountRequirements>>;
  /** Other fields that cannot change, because messages or envelopes belong to them. */
  immutableFields?: readonly (keyof R & string)[];
  /** Returns the fields of a new account that the system sets. */
  buildInitialState?: () => Partial<R>;
  /** Returns further errors in the fields and secrets of an input. */
  findProblems?: (values: Stated, secrets: Secrets) => readonly ErrorDetail[];
  /** The choice of the default account. A deleted account is no longer the default. */
  defaultAccount?: { applyChange(tx: Transaction, before: R | undefined, after: R): Promise<void> };
  /** Refuses a write, or adds further writes to it. */
  beforeWrite?: (tx: Transaction, before: R | undefined, after: R, secrets: Secrets) => Promise<void>;
  /** Returns the adapter of the account. */
  createProvider: (account: R) => Promise<{ check(): Promise<AccountCheck> }>;
}

export function createAccountVerbs<R extends AccountRecord>(options: AccountOptions<R>) {
  const { collection, fields, secretFields, providerField, immutableFields = [], createProvider } = options;
  const present = ({ sealed: _sealed, ...account }: R): Omit<R, "sealed"> => account;
  const requireFields = (values: Stated, secrets: Secrets, isStored: boolean): void => {
    const requirements = options.requirements[values[providerField] as string];
    if (!requirements) return;
    const details = validateAccount(requirements, values, secrets, isStored);
    details.push(...(options.findProblems?.(values, secrets) ?? []));
    if (details.length > 0) throw invalidAll(details);
  };
  const pickSecrets = (input: object): Secrets =>
    Object.fromEntries(Object.entries(input).filter(([name, value]) => Object.hasOwn(secretFields, name) && value !== undefined));
  const addWrites = async (tx: Transaction, before: R | undefined, after: R, secrets: Secrets = {}): Promise<void> => {
    await options.beforeWrite?.(tx, before, after, secrets);
    await options.defaultAccount?.applyChange(tx, before, after);
  };

  const create = fn(
    z.strictObject({ ...fields, ...secretFields }),
    async (input) => {
      const secrets = pickSecrets(input);
      requireFields(input, secrets, false);
      const storedFields = await Master.resolveAll(fields, toStoredFields(fields, input));
      const createdAccount = Records.init(collection, {
        ...storedFields,
        ...options.buildInitialState?.(),
        secret_changed_at: Clock.now(),
        sealed: null,
      } as R);
      const account = { ...createdAccount, sealed: await Vault.seal(createdAccount.id, null, secrets) };
      return retryOnConflict(async () => {
        const tx = transaction().create(collection, account);
        await addWrites(tx, undefined, account, secrets);
        return tx.commit(present(account));
      });
    },
    async (read) => requireFields(read, pickSecrets(read), false),
  );

  /** Changes an account. Omitted secrets stay. */
  const update = fn(patchSchema(fields).extend({ ...secretFields, ...IdInput.shape }), (input) => {
    const { id, ...patch } = input as { id: string };
    const secrets = pickSecrets(patch);
    return Records.change(
      collection,
      id,
      async (current, tx) => {
        const changedAccount: R = { ...current, ...toStoredPatch(fields, patch) };
        const details = findImmutableChanges(current, changedAccount, [providerField, ...immutableFields]);
        if (details.length > 0) throw invalidAll(details);
        requireFields(changedAccount as Stated, secrets, true);
        const next = await Master.resolveAll(fields, changedAccount, current);
        await addWrites(tx, current, next, secrets);
        if (Object.keys(secrets).length === 0) return next;
        // Encrypted anew even if it is the same: an unchanged record would confirm a guessed secret.
        const sealed = await Vault.seal(id, current.sealed, secrets, { fresh: true });
        return { ...next, sealed, secret_changed_at: Clock.now() };
      },
      { answer: present },
    );
  });

  /** Deletes an account and its secrets. */
  const remove = fn(IdInput, ({ id }) =>
    Records.change(
      collection,
      id,
      async (current, tx) => {
        const next = { ...current, sealed: null, deleted_at: Clock.now(), ...(options.defaultAccount && { is_default: false }) };
        await addWrites(tx, current, next);
        return next;
      },
      { answer: present },
    ),
  );

  return {
    create,
    get: fn(IdInput, async ({ id }) => present(await Records.read(collection, id))),
    update,
    remove,
    /** Checks an account by a request to its provider. */
    check: fn(IdInput, async ({ id }) => (await createProvider(await Records.read(collection, id))).check()),
  };
}
