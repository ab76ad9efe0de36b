import { usePolicyNames } from "../../api/policies.ts";
import { EMPTY } from "../../api/value-text.ts";

/** The name of a policy of service levels. The API does not expand its id, because tenants start with policies that are not stored. */
export function PolicyName({ id }: { readonly id: string }) {
  const { data = [] } = usePolicyNames();
  return <bdi>{data.find((policy) => policy.id === id)?.name ?? EMPTY}</bdi>;
}
