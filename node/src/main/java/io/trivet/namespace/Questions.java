package io.trivet.namespace;

import com.google.protobuf.ByteString;
import io.trivet.message.StateMessages.SettingsRow;
import io.trivet.model.Answer;
import io.trivet.model.ChunkSize;
import io.trivet.model.ClusterId;
import io.trivet.model.ClusterView;
import io.trivet.model.Question;
import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Answers from the state as it is. Any number of threads may ask, while nothing is written. */
final class Questions {
    /** Everybody asks for the view, and it changes rarely: the last one made. */
    private volatile @Nullable ClusterView view;

    Answer answer(Transaction rows, Question question) {
        try {
            SettingsRow settings = new Settings(rows).row();
            return switch (question) {
                case Question.Lookup lookup ->
                    new Answer.Found(new Names(rows).find(lookup.path()).entry());
                case Question.Listing listing -> page(rows, listing);
                case Question.View _ -> new Answer.View(view(rows, settings));
                case Question.Tokens _ -> new Answer.Tokens(new Tokens(rows, new Settings(rows).time()).open());
                case Question.Users users -> new Answer.Users(new Users(rows).page(users.after(), users.limit()));
                case Question.IdStates asked -> states(rows, settings, asked);
                case Question.Trash asked -> trash(rows, asked);
            };
        } catch (TrivetException refused) {
            return new Answer.Refused(refused.refusal());
        }
    }

    private static Answer page(Transaction rows, Question.Listing listing) {
        int limit = listing.limit();
        if (limit < 1 || limit > Question.MAX_PAGE) {
            throw TrivetException.of(
                    Refusal.Kind.BAD_REQUEST,
                    listing.directory().toString(),
                    "a page has 1 to " + Question.MAX_PAGE + " names, not " + limit);
        }
        Names names = new Names(rows);
        long directory = names.directory(listing.directory()).directory();
        List<Spot> spots = names.page(directory, ByteString.copyFromUtf8(listing.after()), limit + 1);
        boolean more = spots.size() > limit;
        return new Answer.Page(spots.stream().limit(limit).map(Spot::entry).toList(), more);
    }

    private static Answer trash(Transaction rows, Question.Trash asked) {
        if (asked.limit() < 1 || asked.limit() > Question.MAX_PAGE) {
            throw TrivetException.of(
                    Refusal.Kind.BAD_REQUEST,
                    "",
                    "a page has 1 to " + Question.MAX_PAGE + " files, not " + asked.limit());
        }
        return new Trash(rows).page(asked.from(), asked.limit());
    }

    /** All of one moment: the ids and whether to sweep. */
    private static Answer states(Transaction rows, SettingsRow settings, Question.IdStates asked) {
        Identities identities = new Identities(rows);
        return new Answer.IdStates(
                !settings.getSweepingOff(),
                asked.ids().stream().map(identities::stateOf).toList());
    }

    private ClusterView view(Transaction rows, SettingsRow settings) {
        long version = new Settings(rows).viewVersion();
        ClusterView known = view;
        if (known != null && known.version() == version) {
            return known;
        }
        ClusterView made = new ClusterView(
                ClusterId.parse(settings.getCluster()),
                version,
                settings.getEpoch(),
                new ChunkSize(settings.getChunkSize()),
                settings.getReplicasWanted(),
                new Members(rows).all(),
                new Layouts(rows).published(),
                new Settings(rows).sweeping(),
                new Settings(rows).rebalancing(),
                new Layouts(rows).before().orElse(null),
                new Settings(rows).mastersWanted());
        view = made;
        return made;
    }
}
