export { type Job, JobError, type StartedJob, type WaitOptions } from "./background-job.ts";
export type { ApiPromise, ApiResponse, CallOptions, DeleteOptions, WriteOptions } from "./call.ts";
export { type Client, type ClientOptions, createClient, type RequestInput } from "./client.ts";
export * from "./errors.ts";
export type * as Resources from "./generated/resources.ts";
export type * as Schemas from "./generated/schemas.ts";
export type { List, Page } from "./list.ts";
export type {
  Auth,
  Credentials,
  CredentialsWithCode,
  SecondFactorAnswer,
  SessionHooks,
  SignInResult,
  TokenStore,
  Tokens,
} from "./session.ts";
export type { UploadData, UploadFile } from "./upload.ts";
export { type VerifyOptions, verifyWebhook, type WebhookEvent, WebhookVerificationError } from "./webhook.ts";
