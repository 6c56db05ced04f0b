export const HELP_TEXT = `messaging-system: takes messages out of a store and delivers each to a webhook

Usage: messaging-system [serve] [options]

  serve            run the server (also without any command)
  --check-config   check the configuration, print what is in force, and end
  --settings       print every setting with its default as a Markdown table
  --version, -v    print the version
  --help, -h       print this

The configuration is read from .config/<APP_ENV>.yaml and from the environment, which wins: the variable of
processor.batchSize is PROCESSOR_BATCH_SIZE. Without APP_ENV nothing is needed: messages are kept in
./data/messages.db, and a sandbox inside the server receives them.

Exit codes: 0 ended as asked, 64 wrong arguments, 69 something needed can't be reached, 70 an error of its own,
78 wrong configuration, 130 and 143 ended at once by a second signal.
`;
