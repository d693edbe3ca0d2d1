package io.trivet.model;

/**
 * How much one user may have, and may request at once.
 *
 * @param bytes of the files that the user saved, named and in the trash; 0 or more, or {@link
 *     #NO_LIMIT}
 * @param files number of those files; 0 or more, or {@link #NO_LIMIT}
 * @param sessions open at once (every command that writes has one while it runs); 0 for {@link
 *     #USUAL_SESSIONS}
 * @param requests in progress at once at the leader; 0 for {@link #USUAL_REQUESTS}
 */
public record UserLimits(long bytes, long files, int sessions, int requests) {
    public static final long NO_LIMIT = -1;
    public static final int USUAL_SESSIONS = 1024;
    public static final int MAX_SESSIONS = 65_536;
    public static final int USUAL_REQUESTS = 256;
    public static final int MAX_REQUESTS = 4096;

    /** The limits of a user for whom none are set. */
    public static final UserLimits USUAL = new UserLimits(NO_LIMIT, NO_LIMIT, 0, 0);

    /** Throws {@link TrivetException} ({@code BAD_REQUEST}) for numbers out of range. */
    public UserLimits {
        if (bytes < NO_LIMIT || files < NO_LIMIT) {
            throw bad("a user has 0 or more bytes and files");
        }
        if (sessions < 0 || sessions > MAX_SESSIONS) {
            throw bad("a user has 1 to " + MAX_SESSIONS + " sessions, not " + sessions);
        }
        if (requests < 0 || requests > MAX_REQUESTS) {
            throw bad("a user has 1 to " + MAX_REQUESTS + " requests under way, not " + requests);
        }
    }

    public int mostSessions() {
        return sessions == 0 ? USUAL_SESSIONS : sessions;
    }

    public int mostRequests() {
        return requests == 0 ? USUAL_REQUESTS : requests;
    }

    /** Whether bytes or files are limited. */
    public boolean limitsWhatIsStored() {
        return bytes != NO_LIMIT || files != NO_LIMIT;
    }

    private static TrivetException bad(String detail) {
        return TrivetException.of(Refusal.Kind.BAD_REQUEST, "", detail);
    }
}
