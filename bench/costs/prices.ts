/**
 * List prices of us-east-1 in US dollars, without free tiers, discounts and taxes. Check them before relying on them: `verification` names which ones
 * were checked, and where.
 */
export const prices = {
  region: "us-east-1",
  date: "2026-09-11",
  verification: {
    at: "2026-11-21",
    awsPages: "HTTP API and Secrets Manager",
    thirdParties:
      "Lambda, WAF, EventBridge, KMS, bytes of S3 and CloudFront, and metrics, dashboards and logs that come in of CloudWatch",
    unverified: "DynamoDB, requests of S3 and CloudFront, and alarms and kept logs of CloudWatch",
  },
  dynamodb: {
    standard: { write: 0.625e-6, read: 0.125e-6, gb: 0.25 },
    /** Storage costs 60 % less, requests 25 % more. */
    infrequent: { write: 0.78125e-6, read: 0.15625e-6, gb: 0.1 },
    /** For the table alone: a restore builds indexes anew. */
    recoveryGb: 0.2,
    /** Lambda reads the stream for free. */
  },
  lambda: { request: 0.2e-6, gbSecond: 13.3334e-6 },
  httpApi: { request: 1e-6 },
  cloudFront: { request: 1e-6, gbOut: 0.085 },
  waf: { list: 5, rule: 1, request: 0.6e-6 },
  s3: { gb: 0.023, put: 5e-6, get: 0.4e-6 },
  eventBridge: { event: 1e-6 },
  cloudWatch: { gbOfLogs: 0.5, gbKept: 0.03, alarm: 0.1, dashboard: 3, metric: 0.3 },
  kms: { key: 1, request: 3e-6 },
  secret: 0.4,
} as const;
