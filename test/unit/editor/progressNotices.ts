/** What a notification of VS Code has said, as a stand-in for `vscode` keeps it. */
export interface ProgressNotice {
  readonly messages: string[];
  ended: boolean;
  cancel: () => void;
}

/** All that were shown. */
export const progressNotices: ProgressNotice[] = [];

/** The part of `vscode` that shows them. */
export const progressWindow = {
  ProgressLocation: { Notification: 15 },
  window: {
    withProgress: async (
      _: unknown,
      work: (progress: unknown, token: unknown) => Promise<void>,
    ): Promise<void> => {
      const notice: ProgressNotice = { messages: [], ended: false, cancel: () => {} };
      progressNotices.push(notice);
      await work(
        { report: ({ message }: { message: string }) => notice.messages.push(message) },
        {
          onCancellationRequested: (listener: () => void) => {
            notice.cancel = listener;
          },
        },
      );
      notice.ended = true;
    },
  },
};
