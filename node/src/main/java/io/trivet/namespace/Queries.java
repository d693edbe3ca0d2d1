package io.trivet.namespace;

import com.google.protobuf.ByteString;
import io.trivet.message.StateMessages.SettingsRow;
import io.trivet.model.ChunkSize;
import io.trivet.model.ClusterId;
import io.trivet.model.ClusterView;
import io.trivet.model.FileId;
import io.trivet.model.IdState;
import io.trivet.model.NameEntry;
import io.trivet.model.Query;
import io.trivet.model.QueryResult;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.TrivetException;
import io.trivet.model.User;
import io.trivet.model.UserUse;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Answers queries from the current state. Any number of threads may ask while nothing is written.
 */
final class Queries {
    /** The last view made: it is requested often and changes rarely. */
    private volatile @Nullable ClusterView view;

    QueryResult answer(Transaction rows, Query query) {
        try {
            SettingsRow settings = new Settings(rows).row();
            return switch (query) {
                case Query.Lookup lookup ->
                    new QueryResult.Found(
                            new PathResolver(rows).find(lookup.path()).entry());
                case Query.AttributesOf(var path) -> attributes(rows, path);
                case Query.Listing listing -> page(rows, listing);
                case Query.View _ -> new QueryResult.View(view(rows, settings));
                case Query.Tokens _ -> new QueryResult.Tokens(new Tokens(rows, new Settings(rows).time()).open());
                case Query.Users users -> users(rows, users);
                case Query.IdStates asked -> states(rows, settings, asked);
                case Query.Groups asked -> new Groups(rows).page(asked.after());
                case Query.Quotas asked -> new Quotas(rows).page(asked.from());
                case Query.Trash asked -> trash(rows, asked);
                case Query.Uploads asked -> new OpenUploads(rows).page(asked);
                case Query.Pieces asked -> new OpenUploads(rows).pieces(asked);
            };
        } catch (TrivetException refused) {
            return new QueryResult.Refused(refused.refusal());
        }
    }

    private static QueryResult attributes(Transaction rows, RemotePath path) {
        if (!(new PathResolver(rows).find(path).entry() instanceof NameEntry.Recorded entry)) {
            throw TrivetException.of(Refusal.Kind.IS_A_DIRECTORY, path.toString(), "directories have no attributes");
        }
        FileId id = entry.record().id();
        return new QueryResult.AttributesOf(
                entry, FileMetadata.attributes(rows, id), FileMetadata.linkTarget(rows, id));
    }

    private static QueryResult page(Transaction rows, Query.Listing listing) {
        int limit = listing.limit();
        if (limit < 1 || limit > Query.MAX_PAGE) {
            throw TrivetException.of(
                    Refusal.Kind.BAD_REQUEST,
                    listing.directory().toString(),
                    "a page has 1 to " + Query.MAX_PAGE + " names, not " + limit);
        }
        PathResolver pathResolver = new PathResolver(rows);
        long directory = pathResolver.directory(listing.directory()).directory();
        RowPage<NameEntry> page = pathResolver
                .page(directory, ByteString.copyFromUtf8(listing.after()), limit)
                .map(DirectoryEntry::entry);
        return new QueryResult.Page(page.rows(), page.more(), values(rows, page.rows(), listing.attribute()));
    }

    /** With the names, at most {@code MAX_PAGE * (255 + MAX_LISTED_VALUE)} bytes beside those of the page. */
    private static Map<String, String> values(Transaction rows, List<NameEntry> entries, String attribute) {
        Map<String, String> values = new HashMap<>();
        if (!attribute.isEmpty()) {
            for (NameEntry entry : entries) {
                if (entry instanceof NameEntry.File file) {
                    FileMetadata.attributes(rows, file.record().id())
                            .get(attribute)
                            .filter(value -> value.length <= Query.MAX_LISTED_VALUE)
                            .ifPresent(value -> values.put(entry.name(), new String(value, StandardCharsets.UTF_8)));
                }
            }
        }
        return values;
    }

    private static QueryResult users(Transaction rows, Query.Users asked) {
        RowPage<User> page = new Users(rows).page(asked.after(), asked.limit());
        Map<String, Integer> sessions = new Sessions(rows).ofEachUser();
        Users all = new Users(rows);
        List<UserUse> uses =
                page.rows().stream().map(user -> all.use(user, sessions)).toList();
        return new QueryResult.Users(page.rows(), uses, page.more());
    }

    private static QueryResult trash(Transaction rows, Query.Trash asked) {
        if (asked.limit() < 1 || asked.limit() > Query.MAX_PAGE) {
            throw TrivetException.of(
                    Refusal.Kind.BAD_REQUEST, "", "a page has 1 to " + Query.MAX_PAGE + " files, not " + asked.limit());
        }
        return new TrashRows(rows).page(asked.from(), asked.limit());
    }

    /** The states and the setting of sweeping, from the same state. */
    private static QueryResult states(Transaction rows, SettingsRow settings, Query.IdStates asked) {
        FileIndex fileIndex = new FileIndex(rows);
        boolean withChunks = asked.ids().size() <= Query.MAX_IDS_WITH_CHUNKS;
        SharedContents contents = new SharedContents(rows);
        List<IdState> states = asked.ids().stream()
                .map(file -> {
                    IdState state = fileIndex.stateOf(file);
                    return withChunks && state instanceof IdState.Alive
                            ? new IdState.Alive(contents.neededOf(file))
                            : state;
                })
                .toList();
        return new QueryResult.IdStates(!settings.getSweepingOff(), states);
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
                new NodeRegistry(rows).allWithKeys(),
                new Layouts(rows).published(),
                new Settings(rows).sweeping(),
                new Settings(rows).rebalancing(),
                new Layouts(rows).before().orElse(null),
                new Settings(rows).mastersWanted(),
                new Settings(rows).successions());
        view = made;
        return made;
    }
}
