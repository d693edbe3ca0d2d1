package io.trivet.quorum;

import java.io.IOException;
import java.util.Arrays;

/** What masters ask of each other. */
enum PeerMethod {
    VOTE("vote"),
    APPEND("append"),
    INSTALL("install"),
    ELECT("elect"),
    /** Do you still follow me, in this term? Trivet's own: see {@link LeadershipCheck}. */
    CONFIRM("confirm"),
    /** This is how far I am; what do you know of me? Trivet's own: see {@link LogRecovery}. */
    RECALL("recall");

    private final String word;

    PeerMethod(String word) {
        this.word = word;
    }

    String word() {
        return word;
    }

    static PeerMethod of(String word) throws IOException {
        return Arrays.stream(values())
                .filter(method -> method.word.equals(word))
                .findFirst()
                .orElseThrow(() -> new IOException("masters have no method " + word));
    }
}
