package io.trivet.node.access;

/**
 * The table of limits: everything that a caller can make a node hold or do, its bound, and the test
 * that reaches the bound. Anything new in a node that grows with its callers gets a line here.
 */
enum CallerLimits {
    CONNECTIONS(
            "4,096, or as many as there are descriptors for; then the longest idle one goes, of strangers before users before nodes",
            "client:DoorkeepingTest#strangersGoBeforeUsersAndUsersBeforeNodes"),
    CONNECTIONS_OF_ONE_ACCOUNT(
            "a quarter, for a user and for an address (IPv6: a network of 64 bits); then its own longest idle one goes",
            "client:DoorkeepingTest#oneAccountHasItsShareAndItsOwnLongestIdleOneGoes"),
    CONNECTIONS_WITHOUT_A_REQUEST(
            "a quarter, for 10 s each; the oldest goes, of the network that has most",
            "client:DoorkeepingTest#aCrowdDoesNotPushOutWhoIsStillGreeting"),
    NEW_CONNECTIONS(
            "of strangers 256 a second for each processor; beyond that only from addresses that took little lately",
            "client:StrangerLimiterTest#moreConnectionsThanStrangersMayMakeAreClosedButForNewcomers"),
    PROCESSOR_TIME_OF_STRANGERS(
            "a 16th of the processors for handshakes and requests before a login; then they wait, 8 s at most",
            "client:StrangerLimiterTest#strangersHaveTheirPartOfTheProcessorsAndNoMore"),
    HANDSHAKES_OF_STRANGERS(
            "as many are computed at once as half of the processors",
            "client:StrangerLimiterTest#noMoreHandshakesOfStrangersAreComputedAtOnceThanHalfOfTheProcessors"),
    PROCESSOR_TIME_WHERE_SOMEBODY_LOGGED_IN(
            "a quarter of the processors for an address, half for all; then as strangers",
            "client:StrangerLimiterTest#allWhoAuthenticatedTogetherLeaveHalf"),
    WAITING_FOR_A_TURN(
            "2,048 strangers, 64 of an address; then the one goes that waits longest",
            "client:StrangerLimiterTest#noMoreOfANetworkWaitThanThereMay"),
    DESCRIPTORS(
            "without any: a pause of up to 1 s, one line a minute, callers are turned away",
            "client:AcceptBackoffTest#thePausesGrowAndTheListenerGoesOn"),
    TIME_OF_A_HEADER("10 s from its first byte, sealed or not", "node:SlowCallersTest#inARecordThatIsNotWhole"),
    REQUESTS_OF_A_STRANGER(
            "32 at once on a connection, then two a second",
            "client:StrangerPaceTest#aFewAreAnsweredAtOnceThenOneNowAndThen"),
    SILENCE("10 min between requests", "node:SlowCallersTest#inTheSilenceBetweenRequests"),
    RECORDS_OF_TLS(
            "512 bytes for each connection; what is more comes out of the memory of its kind",
            "node:SlowCallersTest#recordsThatAreNotWholeTakeNoMemory"),
    MEMORY_OF_STRANGERS(
            "24 MiB for all: records, headers and answers above 4 KiB; then the one goes that is silent for longest",
            "client:MemoryBudgetTest#whoIsSilentMakesRoom"),
    MEMORY_OF_USERS("48 MiB for all, as that of strangers", "client:MemoryBudgetTest#thereIsNoMoreThanThereIs"),
    LARGE_BUFFERS(
            "192 of 128 KiB; without one a record at a time is moved",
            "client:TlsBuffersTest#thereAreNoMoreThanThereAre"),
    PROMISED_LENGTHS(
            "nothing: memory is taken as bytes come",
            "client:PromisedLengthTest#aLengthThatWasOnlyPromisedTakesNoMemory"),
    HEADER_AMONG_PIECES("64 KiB", "node:SlowCallersTest#aLongHeaderAmongPiecesIsNotRead"),
    THREADS(
            "128 platform threads for connections, half of them not for strangers; the rest have virtual ones",
            "client:AcceptorTest#aCrowdBeyondTheFirstIsServedByVirtualThreads"),
    TRANSFERS(
            "112 at once in budgets for each kind; a place that is wanted goes to the account with the fewest, and the slowest of others is ended",
            "node:TransferAdmissionTest#whoIsSlowGoesWhenSomebodyElseWaits"),
    WAITING_FOR_A_TRANSFER(
            "as many of one account as there are places, for 30 s",
            "node:TransferAdmissionTest#noMoreOfOneWaitThanThereArePlaces"),
    PLACES_OF_A_CHAIN(
            "one at each node; none but a node asks for one in its midst",
            "node:AuthorizerTest#aChainHasEachNodeOnceAndNotTheOneThatItBeginsAt"),
    EXAMINATIONS(
            "2 at once, for 5 s, for whoever shows an open join token",
            "node:ReachabilityProbeTest#aNameThatIsNotFoundOutInTimeIsSaidAndFurtherOnesAreRefused"),
    GUESSES(
            "5 of a user from one address, 50 of an address, then one a second, two seconds, up to a minute",
            "node:FailedLoginsTest#afterSomeFailuresOneWaitsLongerEachTime"),
    GUESSES_BY_S3(
            "as GUESSES, of a user from one address that asked a node; 600 wrong signatures a minute by one node",
            "node:DelegationTest#aNodeThatShowsManyWrongSignaturesWaits"),
    FILES_OF_A_DIRECTORY(
            "a quota of bytes and of files and directories, where an administrator sets one",
            "node:QuotasTest#bytesAreRefusedBeyondTheQuotaWithASentenceThatNamesDirectoryLimitAndUse"),
    FILES_OF_A_USER(
            "a limit of bytes and of files, with those in the trash, where an administrator sets one",
            "node:UserLimitsTest#whatAUserHasIsRefusedBeyondItsLimit"),
    CONTENTS_OF_CHANGED_FILES(
            "they count for quotas and limits with all that they keep; 64 of a file",
            "node:ChangedFilesTest#cuttingFilesKeepsNoMoreThanAQuotaAllows"),
    CHUNKS_BEYOND_A_FILE(
            "none: what is stored under an id and is in no file is swept",
            "node:SweeperTest#chunksOfALivingIdThatNoFileHasAreRemoved"),
    UPLOADS_OF_A_USER(
            "1,000 in progress, 10,000 of all; their pieces count for the user's limit",
            "faults:UserAttacksOnFilesTest#uploadsThatNeverEndAndThoseOfOthers"),
    COPIES_IN_AN_ENTRY(
            "128, each with rows of 64 contents and 8 KiB of attributes at most",
            "faults:UserAttacksOnFilesTest#copiesOfWhatIsNotHersAndManyOfAFileOfManyContents"),
    ATTRIBUTES_OF_A_FILE(
            "8 KiB, and a link's target of 4,095 bytes",
            "faults:UserAttacksOnFilesTest#linksAndAttributesOfTheLongestKind"),
    SESSIONS_OF_A_USER(
            "1,024, or what an administrator sets; 65,536 of all; those of a removed user end",
            "node:UserBudgetsTest#aUserHasNoMoreSessionsThanItMayAndNoneWhenItIsRemoved"),
    OUTCOMES_OF_A_SESSION(
            "1,024 that its client did not say to have",
            "node:UserBudgetsTest#anAnswerThatNobodyTakesIsNotKeptForEver"),
    RESERVATIONS_OF_A_USER("4,096, and 64 in each session", "node:UserBudgetsTest#aUserHasNoMoreReservationsThanItMay"),
    REQUESTS_OF_A_USER(
            "256 under way at the leader, or what an administrator sets",
            "node:UserRequestsTest#thereAreNoMoreUnderWayThanThereMayBe"),
    MANY_IN_ONE_REQUEST(
            "256 operations, questions or chunks, 1 MiB of chunks, 768 KiB of answers; 16 commits or look-ups count as one request",
            "node:BoundedAnswersTest#answersThatDoNotFitIntoOneHeaderAreToldToBeAskedForAlone"),
    LARGE_ONES_IN_ONE_REQUEST(
            "one session, reservation, adoption, upload and piece each; 2 s at the leader; others count as a request each",
            "node:BatchLimitTest#aRequestCarriesOneOfWhatReserves"),
    OPERATIONS_OF_AN_ENTRY(
            "512 KiB of an entry of the log, with the rows that they make and the names that they read",
            "node:GathererTest#whatMakesMuchFillsAnEntryWithFew"),
    CHECKS_OF_LARGE_FILES(
            "64 that are remembered, with a hash each; a request asks for chunks for 4 s, and the first missing one ends it",
            "node:LargeFileCheckTest#noMoreChecksAreRememberedThanThereMayBe"),
    LARGE_RENAMES(
            "2 at once of directories with more than 10,000 names below, for 4 s",
            "node:RenameCheckTest#largeOnesTakeTurns"),
    RIGHTS_OF_A_USER(
            "256 paths of 24 KiB together; half of it from those who administer only a part",
            "node:RecordTest#aUsersRightsHaveABoundInBytes"),
    SUMS_OF_THE_TRASH(
            "one at a time, and for each user a tenth of the time",
            "node:TrashSumsTest#aSumIsKeptForTenTimesAsLongAsItTook"),
    AUDIT_OF_REFUSALS(
            "a ring of its own of 64 MiB; alike ones once a minute, 128 kinds a minute",
            "node:AuditLogTest#whoIsRefusedInManyWaysPushesOutNothingThatWasDone"),
    AUDIT_OF_USERS(
            "logins once a minute for each user and host; removals have a ring of their own of 64 MiB",
            "node:AuditLogTest#whoLogsInAllTheTimePushesOutNothing"),
    CONNECTIONS_OF_HTTP(
            "128; then the longest idle one goes, rather one that asks nothing",
            "node:HttpListenerTest#idleConnectionsGiveWay"),
    THREADS_OF_HTTP(
            "16; one scrape runs at a time, and others wait for 2 s",
            "node:HttpListenerTest#aScrapeThatHangsHoldsNoMoreThanItsThread"),
    HEADER_OF_HTTP("32 KiB, and 20 s from its first byte", "node:HttpListenerTest#aRequestThatComesByteByByteIsCutOff"),
    BODY_OF_HTTP("none is read", "node:HttpListenerTest#aLargeBodyIsNotReadToItsEnd");

    private final String bound;
    private final String test;

    CallerLimits(String bound, String test) {
        this.bound = bound;
        this.test = test;
    }

    String bound() {
        return bound;
    }

    /** In the form {@code module:Class#method}. */
    String test() {
        return test;
    }
}
