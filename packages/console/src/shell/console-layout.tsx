import { Outlet } from "@tanstack/react-router";
import { ValueProvider } from "../fields/value-provider.tsx";
import { InlineCreate } from "../form/inline-create.tsx";
import { SessionGate } from "../session/session-gate.tsx";
import { AppShell } from "./app-shell.tsx";

/** Every page of a signed-in user. */
export function ConsoleLayout() {
  return (
    <SessionGate>
      <ValueProvider>
        <InlineCreate>
          <AppShell>
            <Outlet />
          </AppShell>
        </InlineCreate>
      </ValueProvider>
    </SessionGate>
  );
}
