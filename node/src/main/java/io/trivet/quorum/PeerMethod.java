package io.trivet.quorum;

import java.io.IOException;
import java.util.Arrays;

/** The methods of calls between masters. */
enum PeerMethod {
    VOTE("vote"),
    APPEND("append"),
    INSTALL("install"),
    ELECT("elect"),
    /**
     * Asks whether the voter still follows this leader in this term. Trivet's own: see {@link
     * LeadershipCheck}.
     */
    CONFIRM("confirm"),
    /**
     * Tells this master's position and asks what the other knows of it. Trivet's own: see {@link
     * LogRecovery}.
     */
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
