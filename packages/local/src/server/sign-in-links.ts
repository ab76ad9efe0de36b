import { randomBytes } from "node:crypto";
import { Clock } from "@crm/core/kernel/clock.ts";
import type { App } from "../app.ts";

/** What a link signs in with, as `POST /auth/login` takes it. */
export interface Credentials {
  readonly email: string;
  readonly password: string;
  readonly tenant_slug?: string;
}

interface SignInLink {
  readonly credentials: Credentials;
  readonly expiresAt: number;
}

const VALID_SECONDS = 10 * 60;
const MAX_LINKS = 100;

/** Links that were not opened yet, by their code. They are in memory only, so a restart ends them. */
const linksByApp = new WeakMap<App, Map<string, SignInLink>>();

const readLinks = (app: App): Map<string, SignInLink> => {
  const links = linksByApp.get(app) ?? new Map<string, SignInLink>();
  linksByApp.set(app, links);
  return links;
};

/** Creates a link that signs a browser in once. Its caller knows the password already. */
export function createSignInLink(app: App, credentials: Credentials): { code: string; valid_seconds: number } {
  const links = readLinks(app);
  const code = randomBytes(24).toString("base64url");
  links.set(code, { credentials, expiresAt: Clock.ms() + VALID_SECONDS * 1000 });
  const [oldest] = links.keys();
  if (links.size > MAX_LINKS && oldest !== undefined) links.delete(oldest);
  return { code, valid_seconds: VALID_SECONDS };
}

/** Returns what the link signs in with, and ends the link. Undefined if it was opened before or has expired. */
export function takeCredentials(app: App, code: string): Credentials | undefined {
  const links = readLinks(app);
  const link = links.get(code);
  links.delete(code);
  return link && Clock.ms() < link.expiresAt ? link.credentials : undefined;
}
