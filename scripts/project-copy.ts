import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** Returns the committed and uncommitted files of the project, relative to its root. */
export const listProjectFiles = (root: string): string[] =>
  execFileSync("git", ["ls-files", "-co", "--exclude-standard"], { cwd: root, encoding: "utf8" }).trim().split("\n");

/** Copies the project to a separate folder, in which packages resolve to the copy. The caller must remove it. */
export function copyProject(root: string, prefix: string): string {
  const copy = mkdtempSync(join(tmpdir(), prefix));
  for (const file of listProjectFiles(root)) {
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    writeFileSync(join(copy, file), readFileSync(join(root, file)));
  }
  const modules = join(root, "node_modules");
  mkdirSync(join(copy, "node_modules", "@crm"), { recursive: true });
  for (const name of readdirSync(modules)) {
    if (name !== "@crm" && name !== ".vite") symlinkSync(join(modules, name), join(copy, "node_modules", name));
  }
  for (const name of readdirSync(join(root, "packages"))) {
    symlinkSync(join(copy, "packages", name), join(copy, "node_modules", "@crm", name));
  }
  return copy;
}
