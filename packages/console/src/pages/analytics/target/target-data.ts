import type { Schemas } from "@crm/sdk/index.ts";
import { useQuery } from "@tanstack/react-query";
import { read } from "../../../api/client.ts";
import { useScope } from "../../../api/session.ts";
import type { Target } from "./target-rules.ts";

/** What the table of targets reads, in one request. */

/** The lists of a batch have 500 rows together. */
const [MAX_USERS, MAX_TEAMS, MAX_TARGETS] = [50, 20, 72];

interface Named {
  readonly id: string;
  readonly name: string;
}

/** Lists the teams and the active users that can have targets. */
export function useTargetScopes() {
  const scope = useScope();
  return useQuery({
    queryKey: [...scope, "list", "user", "team", "target-scopes"],
    queryFn: async () => {
      const [users, teams] = await Promise.all([
        read<{ id: string; display_name: string }[]>("/api/v1/users", {
          status: "active",
          limit: MAX_USERS,
          fields: "id,display_name,first_name,last_name",
        }),
        read<Named[]>("/api/v1/teams", { limit: MAX_TEAMS }),
      ]);
      return {
        users: users.data.map(({ id, display_name }): Named => ({ id, name: display_name })),
        teams: teams.data,
        isComplete: !users.meta.next_cursor && !teams.meta.next_cursor,
      };
    },
  });
}

/** Reads the targets of a figure in some periods. */
export function useTargets(figure: string, periods: readonly string[]) {
  const scope = useScope();
  return useQuery({
    queryKey: [...scope, "list", "target", figure, periods],
    queryFn: async () => {
      const answers = await Promise.all(
        periods.map((period) => read<(Schemas.TargetRow & Target)[]>("/api/v1/targets", { figure, period, limit: MAX_TARGETS })),
      );
      return answers.flatMap(({ data }) => data);
    },
    placeholderData: (before) => before,
  });
}
