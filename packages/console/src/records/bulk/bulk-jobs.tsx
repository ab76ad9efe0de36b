import { Suspense } from "react";
import { part } from "../../api/page-part.ts";
import { useBulkJobs } from "./use-bulk-jobs.ts";

const JobBar = part(() => import("./job-bar.tsx"), "JobBar");

/** The bulk changes of this tab that run, in a bar at the foot of every page. */
export function BulkJobs() {
  const { jobs } = useBulkJobs();
  return (
    <div data-foot className="flex shrink-0 flex-col print:hidden">
      {jobs.length > 0 ? (
        <Suspense>
          <JobBar />
        </Suspense>
      ) : null}
    </div>
  );
}
