/**
 * List prices in US dollars, without free tiers, discounts and taxes. Check them before relying on them: `verification` names which ones were
 * checked, and where.
 */
export interface Prices {
  dynamodb: {
    standard: TablePrices;
    /** Storage costs 60 % less, requests 25 % more. */
    infrequent: TablePrices;
    /** For the table alone: a restore builds indexes anew. Lambda reads the stream for free. */
    recoveryGb: number;
  };
  lambda: { request: number; gbSecond: number };
  httpApi: { request: number };
  cloudFront: { request: number; gbOut: number };
  waf: { list: number; rule: number; request: number };
  s3: { gb: number; put: number; get: number };
  eventBridge: { event: number };
  cloudWatch: { gbOfLogs: number; gbKept: number; alarm: number; dashboard: number; metric: number };
  xray: { trace: number };
  kms: { key: number; request: number };
}

interface TablePrices {
  write: number;
  read: number;
  gb: number;
}

/** Prices that are the same in both regions. */
const common = {
  lambda: { request: 0.2e-6, gbSecond: 13.3334e-6 },
  waf: { list: 5, rule: 1, request: 0.6e-6 },
  s3: { gb: 0.023, put: 5e-6, get: 0.4e-6 },
  eventBridge: { event: 1e-6 },
  xray: { trace: 5e-6 },
  kms: { key: 1, request: 3e-6 },
} as const;

export const pricesByRegion = {
  "eu-west-1": {
    ...common,
    dynamodb: {
      standard: { write: 0.70675e-6, read: 0.1415e-6, gb: 0.283 },
      infrequent: { write: 0.8834e-6, read: 0.1769e-6, gb: 0.1132 },
      recoveryGb: 0.2264,
    },
    httpApi: { request: 1.11e-6 },
    cloudFront: { request: 1.2e-6, gbOut: 0.085 },
    cloudWatch: { gbOfLogs: 0.57, gbKept: 0.03, alarm: 0.1, dashboard: 3, metric: 0.3 },
  },
  "us-east-1": {
    ...common,
    dynamodb: {
      standard: { write: 0.625e-6, read: 0.125e-6, gb: 0.25 },
      infrequent: { write: 0.78125e-6, read: 0.15625e-6, gb: 0.1 },
      recoveryGb: 0.2,
    },
    httpApi: { request: 1e-6 },
    cloudFront: { request: 1e-6, gbOut: 0.085 },
    cloudWatch: { gbOfLogs: 0.5, gbKept: 0.03, alarm: 0.1, dashboard: 3, metric: 0.3 },
  },
} as const satisfies Record<string, Prices>;

export type Region = keyof typeof pricesByRegion;
export const regions = Object.keys(pricesByRegion) as Region[];
/** The region in which the system is deployed by default. */
export const defaultRegion: Region = "eu-west-1";

export const verification = {
  at: "2026-11-21",
  awsPages: "HTTP API and X-Ray",
  thirdParties:
    "Lambda, WAF, EventBridge, KMS, bytes of S3 and CloudFront, and metrics, dashboards and logs that come in of CloudWatch",
  unverified:
    "all prices of eu-west-1 that differ from us-east-1, DynamoDB, requests of S3 and CloudFront, and alarms and kept logs of CloudWatch",
} as const;
