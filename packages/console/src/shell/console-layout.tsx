import { Outlet } from "@tanstack/react-router";
import { InlineCreate } from "../form/inline-create.tsx";
import { SessionGate } from "../session/session-gate.tsx";
import { AppShell } from "./app-shell.tsx";

/** Every page of a signed-in user. */
export function ConsoleLayout() {
  return (
    <SessionGate>
      <InlineCreate>
        <AppShell>
          <Outlet />
        </AppShell>
      </InlineCreate>
    </SessionGate>
  );
}
