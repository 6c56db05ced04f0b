/** The questions that both `MessageQueue` and `MessageRecords` ask the store. */
export interface StoreTimes {
  /** The earliest `availableAt` of any unsent message that is not leased; 0 where one without it is due; null when there is none. */
  nextDueAt(): Promise<number | null>;

  /** Capability: the store's own time, epoch ms. */
  storeNow?(): Promise<number>;
}
