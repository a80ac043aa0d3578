/** What the server puts before the service worker: the version and every file of the app. */
declare const BUNDLE: { version: string; files: string[] };

interface FileSystemSyncAccessHandle {
  close(): Promise<void>;
}
