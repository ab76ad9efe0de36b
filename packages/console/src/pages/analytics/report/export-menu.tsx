import { useQuery } from "@tanstack/react-query";
import { Download, FileDown } from "lucide-react";
import { useEffect, useEffectEvent, useState } from "react";
import { crm, readFile } from "../../../api/client.ts";
import { saveFile } from "../../../api/file-download.ts";
import { useKind } from "../../../api/schema.ts";
import { useScope } from "../../../api/session.ts";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { readErrors } from "../../../input/form/form-state.ts";
import { pollPause, REPORTS_PATH, type ReportRun } from "../../../records/report/report-data.ts";
import { dateFormat, formatCount } from "../../../ui/i18n/formatters.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Banner } from "../../../ui/kit/banner.tsx";
import { Button } from "../../../ui/kit/button.tsx";
import { formatBytes } from "../../../ui/kit/file-rules.ts";
import { Menu, MenuItem } from "../../../ui/kit/menu.tsx";
import { ProgressBar } from "../../../ui/kit/progress-bar.tsx";
import { showToast } from "../../../ui/kit/toast.tsx";
import { listFormats, nameFormat } from "./report-text.ts";

interface ExportMenuProps {
  readonly report: string;
  /** Called with the run that writes the file. */
  readonly onStart: (run: ReportRun) => void;
}

/** Writes the rows of a report into a file, in the formats that the API has. */
export function ExportMenu({ report, onStart }: ExportMenuProps) {
  const t = useText();
  const { data: kind } = useKind("report");
  const formats = kind ? listFormats(kind, "exportReport") : [];
  const [isStarting, setStarting] = useState(false);
  const start = async (format: string): Promise<void> => {
    setStarting(true);
    try {
      onStart(await crm.request<ReportRun>("POST", `${REPORTS_PATH}/${report}/export`, { body: { format } }));
    } catch (error) {
      showToast({ text: readErrors(error, t).form ?? t("The export failed"), isError: true });
    } finally {
      setStarting(false);
    }
  };
  return (
    <Menu
      placement="bottom end"
      onAction={(key) => void start(String(key))}
      trigger={
        <Button icon={<FileDown />} isPending={isStarting} isDisabled={formats.length === 0}>
          {t("Export")}
        </Button>
      }
    >
      {formats.map((format) => (
        <MenuItem key={format} id={format} label={nameFormat(format, t)} />
      ))}
    </Menu>
  );
}

interface FileBannerProps {
  readonly report: string;
  readonly run: ReportRun;
  /** Whether the browser saves the file as soon as it exists. */
  readonly isDownloaded?: boolean;
  readonly onClose?: () => void;
}

const isWritten = ({ file }: ReportRun): boolean => file !== null && file.size !== null;

/** The file of a run: how far it is, and how long it can be downloaded. */
export function FileBanner({ report, run: started, isDownloaded = false, onClose }: FileBannerProps) {
  const t = useText();
  const scope = useScope();
  const { locale, timeZone } = useTextOptions();
  const path = `${REPORTS_PATH}/${report}/runs/${started.run_id}`;
  const { data: run = started, error } = useQuery({
    queryKey: [...scope, "report-file", path],
    queryFn: ({ signal }) => crm.request<ReportRun>("GET", path, { query: { limit: 1 }, signal }).then((read) => read),
    enabled: !isWritten(started),
    refetchInterval: ({ state }) =>
      state.status === "error" || (state.data && isWritten(state.data)) ? false : pollPause(state.dataUpdateCount),
    retry: false,
  });
  const [isSaving, setSaving] = useState(false);
  const { file } = run;
  const isReady = isWritten(run);
  const save = async (): Promise<void> => {
    setSaving(true);
    try {
      await saveFile(await readFile(`${path}/file`), file?.file_name ?? "report");
    } catch (failure) {
      showToast({ text: readErrors(failure, t).form ?? t("The file could not be downloaded"), isError: true });
    } finally {
      setSaving(false);
    }
  };
  const saveReady = useEffectEvent(save);
  useEffect(() => {
    if (isReady && isDownloaded) void saveReady();
  }, [isReady, isDownloaded]);
  if (error)
    return (
      <Banner
        kind="danger"
        title={readErrors(error, t).form ?? t("The export failed")}
        {...(onClose ? { onDismiss: onClose } : {})}
      />
    );
  if (!file || !isReady)
    return (
      <Banner kind="info" title={t("The file is being written")}>
        <span className="flex min-w-0 flex-col gap-2 pt-1">
          <ProgressBar label={t("The file is being written")} value={0} max={undefined} />
          <span className="tabular-nums text-text-muted">
            {t("{count, plural, one {{number} record was read} other {{number} records were read}}", {
              count: run.rows_read,
              number: formatCount(run.rows_read, locale),
            })}
          </span>
        </span>
      </Banner>
    );
  const size = formatBytes(file.size ?? 0, locale);
  return (
    <Banner
      kind="success"
      title={file.file_name}
      action={
        <Button isSmall icon={<Download />} isPending={isSaving} onPress={() => void save()}>
          {t("Download")}
        </Button>
      }
      {...(onClose ? { onDismiss: onClose } : {})}
    >
      {file.expires_at === null
        ? size
        : t("{size} · can be downloaded until {time}", {
            size,
            time: dateFormat(locale, { dateStyle: "medium", timeStyle: "short", timeZone }).format(new Date(file.expires_at)),
          })}
    </Banner>
  );
}
