package io.trivet.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.model.Address;
import io.trivet.model.ChunkSize;
import io.trivet.model.ClusterId;
import io.trivet.model.ClusterView;
import io.trivet.model.Command;
import io.trivet.model.FileId;
import io.trivet.model.IdState;
import io.trivet.model.NameEntry;
import io.trivet.model.Operation;
import io.trivet.model.Outcome;
import io.trivet.model.Query;
import io.trivet.model.QueryResult;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.SessionId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * A namespace in memory with its log, and short methods to use it. Time advances by a second with
 * every entry.
 */
final class Scene {
    static final ClusterId CLUSTER = ClusterId.parse("7d444840-9dc0-11d1-b245-5ffdce74fad2");
    static final String TOKEN = "ab".repeat(32);
    static final Instant BIRTH = Instant.parse("2026-01-01T00:00:00Z");

    /** An entry of the log. */
    record Logged(long index, Instant time, List<Operation> operations) {}

    final MemoryStore store;
    final Namespace namespace;
    final List<Logged> log = new ArrayList<>();
    private final Map<SessionId, Long> sequences = new HashMap<>();
    private long index;
    private Instant now = BIRTH;

    Scene() {
        this(new MemoryStore());
    }

    Scene(MemoryStore store) {
        this.store = store;
        this.namespace = new Namespace(store);
    }

    /** A cluster of this many nodes without files. */
    static Scene of(int nodes) {
        Scene scene = new Scene();
        scene.apply(found(0));
        scene.apply(new Command.IssueToken(TOKEN, BIRTH.plus(Duration.ofDays(1)), 100));
        for (int n = 1; n < nodes; n++) {
            scene.apply(join(n));
        }
        return scene;
    }

    static Command.Found found(int replicas) {
        return new Command.Found(CLUSTER, ChunkSize.DEFAULT, replicas, nodeKey(0), address(0), 1, "");
    }

    static Command.Join join(int n) {
        return new Command.Join(TOKEN, nodeKey(n), address(n), 1, "");
    }

    static UUID nodeKey(int n) {
        return new UUID(1, n);
    }

    static Address address(int n) {
        return new Address("127.0.0.1", 7777 + n);
    }

    static RemotePath path(String text) {
        return RemotePath.parse(text);
    }

    Instant now() {
        return now;
    }

    void pass(Duration time) {
        now = now.plus(time);
    }

    Outcome apply(Command command) {
        return apply(List.of(Operation.unnumbered(command))).getFirst();
    }

    /** Applies the next operation of a session. */
    Outcome apply(SessionId session, Command command) {
        return apply(List.of(number(session, command))).getFirst();
    }

    Operation number(SessionId session, Command command) {
        return new Operation(session, sequences.merge(session, 1L, Long::sum), 0, command);
    }

    /** Applies one entry. */
    List<Outcome> apply(List<Operation> operations) {
        now = now.plusSeconds(1);
        log.add(new Logged(++index, now, operations));
        List<Outcome> outcomes = namespace.apply(index, now, operations);
        assertThat(outcomes).hasSameSizeAs(operations);
        return outcomes;
    }

    SessionId session() {
        return ((Outcome.SessionOpened) apply(new Command.OpenSession())).session();
    }

    Outcome.Reserved reserve(SessionId session, int count) {
        return (Outcome.Reserved) apply(session, new Command.Reserve(count, -1));
    }

    static Command.Commit commit(FileId file, String path, Command.Reliance... relied) {
        return new Command.Commit(file, path(path), 7, 0x1234, BIRTH, "somebody", 0644, List.of(relied));
    }

    /** Saves a file of 7 bytes under this name. */
    FileId save(SessionId session, String path) {
        FileId file = reserve(session, 1).start();
        assertThat(apply(session, commit(file, path))).isInstanceOf(Outcome.Committed.class);
        return file;
    }

    void make(String path) {
        assertThat(apply(new Command.MakeDirectory(path(path)))).isEqualTo(new Outcome.Done());
    }

    Outcome rename(SessionId session, String from, String to) {
        return apply(session, new Command.Rename(path(from), path(to)));
    }

    Outcome remove(SessionId session, String path, boolean recursive) {
        return apply(session, new Command.Remove(path(path), recursive));
    }

    NameEntry find(String path) {
        return ((QueryResult.Found) namespace.answer(new Query.Lookup(path(path)))).nameEntry();
    }

    FileId fileAt(String path) {
        return ((NameEntry.File) find(path)).record().id();
    }

    Instant modified(String path) {
        return ((NameEntry.Directory) find(path)).modified();
    }

    QueryResult.Page list(String path, String after, int limit) {
        return (QueryResult.Page) namespace.answer(new Query.Listing(path(path), after, limit));
    }

    List<String> list(String path) {
        return list(path, "", Query.MAX_PAGE).entries().stream()
                .map(NameEntry::name)
                .toList();
    }

    ClusterView view() {
        return ((QueryResult.View) namespace.answer(new Query.View())).view();
    }

    static void assertRefused(Outcome outcome, Refusal.Kind kind) {
        assertThat(outcome)
                .isInstanceOfSatisfying(
                        Outcome.Refused.class,
                        refused -> assertThat(refused.refusal().kind()).isEqualTo(kind));
    }

    void assertMissing(String path) {
        assertThat(namespace.answer(new Query.Lookup(path(path))))
                .isInstanceOfSatisfying(
                        QueryResult.Refused.class,
                        refused -> assertThat(refused.refusal().kind()).isEqualTo(Refusal.Kind.NO_SUCH_FILE));
    }

    void assertAlive(FileId file) {
        assertThat(namespace.stateOf(file)).isEqualTo(new IdState.Alive());
    }

    void assertDead(FileId file) {
        assertThat(namespace.stateOf(file)).isEqualTo(new IdState.Dead());
    }

    void assertRemoved(FileId file, Instant since) {
        assertThat(namespace.stateOf(file)).isEqualTo(new IdState.Removed(since));
    }

    /** Applies the log to a namespace over this store, which skips entries that it has. */
    static Namespace replay(List<Logged> log, Store store) {
        Namespace replica = new Namespace(store);
        log.forEach(entry -> replica.apply(entry.index(), entry.time(), entry.operations()));
        return replica;
    }
}
