import { Outlet } from "@tanstack/react-router";
import { SessionGate } from "../session/session-gate.tsx";
import { AppShell } from "./app-shell.tsx";

/** Every page of a signed-in user. */
export function ConsoleLayout() {
  return (
    <SessionGate>
      <AppShell>
        <Outlet />
      </AppShell>
    </SessionGate>
  );
}
