/** Where the fault of a double rightly fails more cases than the one that it is meant for. */
export const repositoryAlsoFails: Readonly<Record<string, readonly string[]>> = {
  'a claim that takes cancelled messages too': [
    'cancels what is scheduled, put off or given back',
    'counts each status exactly, a leased message as unsent',
    'lets either the cancel or the claim of a message win',
    'takes unsent messages only',
  ],
  'a cancel past a live lease': [
    'answers a cancel in the order of the ids, unknown ones included',
    'lets either the cancel or the claim of a message win',
  ],
  'an insert that wakes nobody': [
    'calls no watcher any more that was ended',
    'lists by status and phone number together, page by page',
  ],
  'a claim that answers with the message as it was before': [
    'hands out a foreign message as it is, at any time, and says that it is foreign',
    'leaves status, place and lease of a message whose attempt begins',
    'refuses to cancel a message under a lease: it may be under way',
  ],
  'a status of its own for a leased message': [
    'finds a message as the store keeps it, lease and attempts included',
    'leaves status, place and lease of a message whose attempt begins',
    'moves the end of a lease',
    'refuses to redrive what is unsent, leased, sent or cancelled, and shows it',
    'settles what the token holds and leaves every other message alone',
  ],
  'a lease that always journals': [
    'keeps a doubt over further leases until it is settled',
    'puts an interrupted message in doubt when its holder did not journal',
    'takes over the expired lease of a foreign message',
  ],
  'a claim that is a millisecond early': [
    'goes by the instant it is given and by no clock of its own',
    'hands a leased message to nobody until its lease ends',
    'hands out a nacked message in the millisecond it is due again, and not before',
    'hands out a redriven message in the millisecond of the redrive, and not before',
    'leaves messages under a lease and reports them, until they are settled',
    'moves the end of a lease',
    'queues a nacked foreign message at its new due time, still foreign',
    'serves a released message at its old place',
    'takes over the expired lease of a foreign message',
  ],
  'a lease that ends a millisecond early': [
    'keeps earlier attempts and lost leases of a released message',
    'leases a due message to the token until the end of the lease',
    'leaves messages under a lease and reports them, until they are settled',
    'leaves status, place and lease of a message whose attempt begins',
    'queues an interrupted message where its lost lease ended',
    'refuses to cancel a message under a lease: it may be under way',
    'takes over the expired lease of a foreign message',
  ],
  'a claim that takes held messages too': [
    'counts each status exactly, a leased message as unsent',
    'never prunes what is unsent, failed or unknown',
    'redrives by status and phone number',
  ],
  'a claim that takes the latest first': [
    'serves a released message at its old place',
    'serves retried and interrupted messages at their own due time',
  ],
  'a release to the end of the queue': [
    'clears the journal of a released message and takes its attempt back',
    'counts every lost lease and no released one',
    'gives a released foreign message back as it was',
    'gives a released message back to its place, as it was before the lease',
    'hands out a released message at once, and not as interrupted',
    'keeps earlier attempts and lost leases of a released message',
    'queues an interrupted message where its lost lease ended',
    'releases the messages that it names and no others of the token',
  ],
  'a racy claim': [
    'gives each due message to exactly one of two racing processes',
    'lets either the release or the take-over of an expired lease come first',
  ],
  'an unfenced settle': ['lets either the settle or the take-over of an expired lease win'],
  'settle without a lease': [
    'reports a repeated nack as held and changes nothing',
    'settle by a token that leased nothing changes nothing and says so',
    'settles once for twenty racing callers of one token',
    'undoes no redrive by a repeated dead letter',
  ],
  'an unfenced beginAttempt': ['lets either the beginning or the take-over of an expired lease come first'],
  'beginAttempt without a lease': [
    'beginAttempt by a token that leased nothing changes nothing and says so',
    'beginAttempt of a message that the same token settled changes nothing and says so',
  ],
  'an unfenced extendLease': ['lets either the extension or the take-over of an expired lease win'],
  'extendLease without a lease': [
    'extendLease by a token that leased nothing changes nothing and says so',
    'extendLease of a message that the same token settled changes nothing and says so',
  ],
  'an unfenced release': ['lets either the release or the take-over of an expired lease come first'],
  'release without a lease': [
    'release by a token that leased nothing changes nothing and says so',
    'release of a message that the same token settled changes nothing and says so',
  ],
  'a claim that takes a foreign message for its own': [
    'fills a claim from the one stream when the other is short',
    'gives a released foreign message back as it was',
    'queues a nacked foreign message at its new due time, still foreign',
    'shares each claim of two or more between foreign messages and its own',
    'takes over the expired lease of a foreign message',
  ],
  'a claim that takes foreign messages when there are none of its own': [
    'fills a claim from the one stream when the other is short',
  ],
  'an ack of its own messages': [
    'hands out a record that cannot be read, so that it is given up and blocks nobody',
    'queues a nacked foreign message at its new due time, still foreign',
  ],
  'a store with a message left in it': [
    'counts each status exactly, a leased message as unsent',
    'counts nothing in an empty store, by every status',
    'lists by status',
    'lists messages newest first, as they are found',
    'orders a list by descending id',
    'pages through every message once, whatever the page size',
  ],
  'another instance that stores elsewhere': [
    'answers a repeated idempotencyKey with the stored message',
    'makes an id for each message of twenty racing callers',
    'orders a list by descending id',
    'stores an idempotencyKey for exactly one of twenty racing callers',
    'stores each key once when twenty callers race with the same keys in different orders',
    'stores one of the requests that race for a key and names it to the others',
  ],
  'a probe that makes up what it does not find': [
    'erases no message that a racing caller claims',
    'erases the messages of a phone number whatever their status, and no others',
    'prunes sent and cancelled messages that were settled before the instant',
  ],
  'a lost idempotency key of a redriven message': [
    'knows a request again although a redrive has dropped its expiry',
  ],
  'an insert that answers what it stored first': ['stores what has a key once when a whole call is repeated'],
  'an insert that looks for the key and then stores': [
    'stores one of the requests that race for a key and names it to the others',
  ],
  'an insert that does not compare the request that came between': [
    'names every conflict and stores nothing of the call',
  ],
  'an insert that answers before it knows the due time': [
    'cancels an unsent message',
    'gives a released message back to its place, as it was before the lease',
    'keeps a key whatever becomes of its message',
    'leases a due message to the token until the end of the lease',
    'lists messages newest first, as they are found',
    'names every conflict and stores nothing of the call',
    'takes any other field of the request for a conflict',
    'the harness opens another instance on the same store',
  ],
  'an insert that drops expiresAt': ['takes any other field of the request for a conflict'],
  'an insert that keeps no place for sendAt': [
    'keeps every field that the caller gave',
    'takes any other field of the request for a conflict',
  ],
  'an insert that takes an equal message for the same': [
    'cancels what is scheduled, put off or given back',
    'lists by status and phone number together, page by page',
  ],
  'a take-over that does not say so': [
    'counts every lost lease and no released one',
    'lets either the release or the take-over of an expired lease come first',
    'puts an interrupted message in doubt that its journaling holder had begun',
    'puts no interrupted message in doubt that its journaling holder had not begun',
    'takes over the expired lease of a foreign message',
  ],
  'a take-over that counts an attempt': [
    'begins the journal anew with each lease',
    'keeps earlier attempts and lost leases of a released message',
    'lets either the beginning or the take-over of an expired lease come first',
    'puts an interrupted message in doubt that its journaling holder had begun',
  ],
  'a doubt about journaled beginnings only': [
    'keeps a doubt over further leases until it is settled',
    'takes over the expired lease of a foreign message',
  ],
  'a doubt about every interrupted message': [
    'lets either the beginning or the take-over of an expired lease come first',
  ],
  'no doubt about what a journaling holder lost': [
    'lets either the beginning or the take-over of an expired lease come first',
  ],
  'a take-over that keeps the old place': ['keeps earlier attempts and lost leases of a released message'],
  'an extension that is a millisecond short': [
    'keeps the place and the journal of a message whose lease it extends',
    'never moves the end of a lease back: an extension that was given up may come late',
  ],
  'a release that forgets the place': [
    'keeps earlier attempts and lost leases of a released message',
    'queues an interrupted message where its lost lease ended',
  ],
  'a release that leaves a doubt': ['clears the journal of a released message and takes its attempt back'],
  'a next due time of 0 for none': ['passes over messages that are not unsent'],
  'a list that leaves out the place': ['lists by status'],
  'a list with the oldest of each page first': [
    'lists by status and phone number together, page by page',
    'lists messages newest first, as they are found',
    'pages through every message once, whatever the page size',
  ],
  'a cursor that skips a message': [
    'orders a list by descending id',
    'sees what was there throughout exactly once while messages come and go',
  ],
  'a find that hides the lease': [
    'leaves status, place and lease of a message whose attempt begins',
    'moves the end of a lease',
    'never moves the end of a lease back: an extension that was given up may come late',
    'refuses to redrive what is unsent, leased, sent or cancelled, and shows it',
  ],
  'counts that leave out a status that nothing has': [
    'counts each pruned message for exactly one of twenty racing callers',
    'prunes up to the limit at a time and tells how many, until none is left',
    'stores nothing for an empty call',
  ],
  'counts without the leased messages': ['never prunes what is unsent, failed or unknown'],
  'a redrive that is due at once': [
    'makes failed and unknown messages unsent again, with their past but no attempts',
  ],
  'a redrive by a filter that takes what failed just now': [
    'counts each redriven message for exactly one of twenty racing callers',
  ],
  'an erase that looks at the first few only': ['erases no message that a racing caller claims'],
  'a prune that takes the instant itself too': [
    'counts each pruned message for exactly one of twenty racing callers',
  ],
  'a prune by sentAt': [
    'counts each pruned message for exactly one of twenty racing callers',
    'prunes sent and cancelled messages that were settled before the instant',
  ],
  'a prune that takes what failed': ['counts each pruned message for exactly one of twenty racing callers'],
  'a sentAt that is not stored as it was': ['settles a foreign message'],
  'a settle that counts a journaled attempt again': [
    'keeps an uncounted attempt with its mark and does not count it',
  ],
  'a nack that is due a millisecond early': [
    'makes a nacked message due at its new time, with the attempt and the reason',
    'queues a nacked foreign message at its new due time, still foreign',
    'serves retried and interrupted messages at their own due time',
    'tells the new due time of a nacked message',
  ],
  'an ack of everything that is due': ['lists by status and phone number together, page by page'],
  'a repeated nack that is stale': [
    'settles once for twenty racing callers of one token',
    'undoes no redrive by a repeated dead letter',
  ],
};
