package io.trivet.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.model.Attributes;
import io.trivet.model.Command;
import io.trivet.model.FileId;
import io.trivet.model.IdState;
import io.trivet.model.NameEntry;
import io.trivet.model.Operation;
import io.trivet.model.Outcome;
import io.trivet.model.QueryResult;
import io.trivet.model.Refusal.Kind;
import io.trivet.model.RemotePath;
import io.trivet.model.SessionId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.jspecify.annotations.Nullable;

/**
 * Random histories of two clients, with retries, in entries of several operations, compared with
 * the {@link Reference}.
 */
final class NamespaceModelTest {
    private static final int CLIENTS = 2;

    /** A client's next operation; ids and numbers follow from the previous ones. */
    sealed interface Step {
        int client();

        record Do(int client, Command command, boolean answered) implements Step {}

        /** Commits the {@code file}-th issued id, or the next one to be issued. */
        record Commit(int client, int file, RemotePath path) implements Step {}

        record Abandon(int client, int file) implements Step {}

        /** Repeats what this client sent {@code back} operations ago. */
        record Retry(int client, int back) implements Step {}

        record EndSession(int client) implements Step {}
    }

    /** Rules 3, 4, 5, 9 and 10 at once. */
    @Property(tries = 250)
    void theNamespaceIsAMapOfPaths(@ForAll("histories") List<List<Step>> history) {
        History run = new History();
        history.forEach(run::entry);
        run.check();
        while (run.scene.namespace.hasDetached()) {
            run.scene.apply(new Command.Dissolve(2));
            run.check();
        }
        run.checkRows();
    }

    /** Rule 9. */
    @Property(tries = 60)
    void everyReplicaOfALogIsEqualWhereverItCrashed(@ForAll("histories") List<List<Step>> history) {
        History run = new History();
        history.forEach(run::entry);
        Map<String, String> expected = run.scene.store.content();
        MemoryStore replica = new MemoryStore();
        for (int crash = 0; crash <= run.scene.log.size(); crash++) {
            Scene.replay(run.scene.log.subList(0, crash), replica);
            MemoryStore survived = replica.copy();
            Namespace again = Scene.replay(run.scene.log, survived);
            assertThat(survived.content()).isEqualTo(expected);
            assertThat(again.attestation()).isEqualTo(run.scene.namespace.attestation());
        }
    }

    @Provide
    Arbitrary<List<List<Step>>> histories() {
        Arbitrary<Integer> client = Arbitraries.integers().between(0, CLIENTS - 1);
        Arbitrary<RemotePath> path =
                Arbitraries.of("a", "b", "c").list().ofMinSize(0).ofMaxSize(3).map(RemotePath::new);
        Arbitrary<Command> command = Arbitraries.frequencyOf(
                Tuple.of(2, path.map(Command.MakeDirectory::new)),
                Tuple.of(1, path.map(made -> new Command.MakeDirectory(made, "ada", 0700, null))),
                Tuple.of(2, path.map(NamespaceModelTest::set)),
                Tuple.of(
                        4,
                        Combinators.combine(path, path, Arbitraries.of(true, false))
                                .as((from, to, overEmpty) -> new Command.Rename(from, to, true, overEmpty))),
                Tuple.of(4, Combinators.combine(path, path).as(NamespaceModelTest::copy)),
                Tuple.of(
                        2,
                        Combinators.combine(path, Arbitraries.of(true, false)).as(NamespaceModelTest::create)),
                Tuple.of(
                        3,
                        Combinators.combine(path, Arbitraries.of(true, false)).as(Command.Remove::new)),
                Tuple.of(3, Arbitraries.integers().between(1, 3).map(count -> new Command.Reserve(count, -1))),
                Tuple.of(1, Arbitraries.integers().between(1, 3).map(Command.Dissolve::new)));
        Arbitrary<Integer> file = Arbitraries.integers().between(0, 30);
        Arbitrary<Step> step = Arbitraries.frequencyOf(
                Tuple.of(
                        12,
                        Combinators.combine(client, command, Arbitraries.of(true, false, false))
                                .as(Step.Do::new)),
                Tuple.of(10, Combinators.combine(client, file, path).as(Step.Commit::new)),
                Tuple.of(1, Combinators.combine(client, file).as(Step.Abandon::new)),
                Tuple.of(
                        4,
                        Combinators.combine(client, Arbitraries.integers().between(1, 6))
                                .as(Step.Retry::new)),
                Tuple.of(1, client.map(Step.EndSession::new)));
        return step.list().ofMinSize(1).ofMaxSize(6).list().ofMaxSize(15);
    }

    private static Command.SetMetadata set(RemotePath path) {
        return new Command.SetMetadata(path, 0700, Instant.ofEpochSecond(-9, 1), null, "ada", true);
    }

    private static Command.Create create(RemotePath path, boolean link) {
        return new Command.Create(path, "", Instant.EPOCH, 0, Attributes.NONE, link ? "target" : "");
    }

    private static Command.Copy copy(RemotePath from, RemotePath to) {
        return new Command.Copy(from, to, "", null, null, null);
    }

    /** The namespace and its reference side by side. */
    private static final class History {
        final Scene scene = Scene.of(3);
        final Reference reference = new Reference(Scene.BIRTH.plusSeconds(1));
        private final List<Client> clients = new ArrayList<>();

        History() {
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(new Client(scene.session()));
            }
        }

        /** A client, what it sent, and the answers it must get. */
        private static final class Client {
            SessionId session;
            final List<Operation> sent = new ArrayList<>();
            final List<Object> heard = new ArrayList<>();
            long answeredBelow;

            Client(SessionId session) {
                this.session = session;
            }
        }

        /**
         * Applies one entry: actions of a client whose session ended in it wait for the next one.
         */
        void entry(List<Step> steps) {
            Instant now = scene.now().plusSeconds(1);
            List<Operation> operations = new ArrayList<>();
            List<Object> expected = new ArrayList<>();
            Set<Client> ended = new HashSet<>();
            for (Step step : steps) {
                Client client = clients.get(step.client());
                if (ended.contains(client)) {
                    continue;
                }
                switch (step) {
                    case Step.Retry retry -> retry(client, retry.back(), operations, expected);
                    case Step.EndSession _ -> {
                        operations.add(Operation.unnumbered(new Command.EndSession(client.session)));
                        expected.add("done");
                        reference.end(client.session);
                        ended.add(client);
                    }
                    case Step.Do act -> send(client, act.command(), act.answered(), now, operations, expected);
                    case Step.Commit commit ->
                        send(
                                client,
                                Scene.commit(pick(commit.file()), commit.path().toString()),
                                false,
                                now,
                                operations,
                                expected);
                    case Step.Abandon abandon ->
                        send(client, new Command.Abandon(pick(abandon.file())), false, now, operations, expected);
                }
            }
            List<Outcome> outcomes = scene.apply(operations);
            for (int i = 0; i < outcomes.size(); i++) {
                assertThat(summary(outcomes.get(i))).as("%s", operations.get(i)).isEqualTo(expected.get(i));
            }
            ended.forEach(this::begin);
        }

        private void begin(Client client) {
            client.session = scene.session();
            client.sent.clear();
            client.heard.clear();
            client.answeredBelow = 0;
        }

        private FileId pick(int file) {
            return new FileId(1, 1 + file % (reference.issued + 1));
        }

        private void retry(Client client, int back, List<Operation> operations, List<Object> expected) {
            int place = client.sent.size() - back;
            if (place < 0) {
                return;
            }
            Operation again = client.sent.get(place);
            operations.add(again);
            expected.add(again.sequence() < client.answeredBelow ? Kind.OUTCOME_UNKNOWN : client.heard.get(place));
        }

        private void send(
                Client client,
                Command command,
                boolean answered,
                Instant now,
                List<Operation> operations,
                List<Object> expected) {
            long sequence = client.sent.size() + 1;
            client.answeredBelow = answered ? sequence : client.answeredBelow;
            Operation operation = new Operation(client.session, sequence, client.answeredBelow, command);
            Object outcome = expect(client.session, command, now);
            client.sent.add(operation);
            client.heard.add(outcome);
            operations.add(operation);
            expected.add(outcome);
        }

        private Object expect(SessionId session, Command command, Instant now) {
            return switch (command) {
                case Command.Reserve reserve -> {
                    reference.reserve(session, reserve.count());
                    yield new FileId(1, reference.issued - reserve.count() + 1);
                }
                case Command.Commit commit -> doneOr(reference.commit(session, commit, now));
                case Command.Abandon abandon -> doneOr(reference.abandon(session, abandon.file()));
                case Command.MakeDirectory make -> doneOr(reference.make(make.path(), now));
                case Command.Rename rename ->
                    doneOr(reference.rename(rename.from(), rename.to(), rename.overEmpty(), now));
                case Command.Create create -> doneOr(reference.create(create.path(), now));
                case Command.SetMetadata set -> doneOr(reference.set(set.path(), set.modified()));
                case Command.Copy copy -> doneOr(reference.copy(copy.from(), copy.to(), now));
                case Command.Remove remove -> doneOr(reference.remove(remove.path(), remove.recursive(), now));
                case Command.Dissolve _ -> "done";
                default -> throw new IllegalArgumentException("not generated: " + command);
            };
        }

        private static Object doneOr(@Nullable Kind refused) {
            return refused == null ? "done" : refused;
        }

        private static Object summary(Outcome outcome) {
            return switch (outcome) {
                case Outcome.Refused refused -> refused.refusal().kind();
                case Outcome.Reserved reserved -> reserved.start();
                default -> "done";
            };
        }

        void check() {
            Map<String, Reference.Thing> seen = new TreeMap<>();
            walk(RemotePath.ROOT, seen);
            assertThat(seen).isEqualTo(reference.things);
            Set<FileId> named = new HashSet<>();
            Set<FileId> contents = new TreeSet<>();
            reference.things.values().stream()
                    .filter(thing -> !thing.isDirectory())
                    .forEach(thing -> {
                        named.add(thing.file());
                        contents.add(reference.content(thing));
                    });
            Set<FileId> stored = new TreeSet<>();
            reference.things.keySet().stream()
                    .map(path -> scene.find(path.isEmpty() ? "/" : path))
                    .filter(entry -> entry instanceof NameEntry.Recorded file
                            && file.record().chunkCount() > 0)
                    .forEach(entry ->
                            stored.addAll(((NameEntry.Recorded) entry).record().contents()));
            assertThat(contents).containsAll(stored);
            checkWanted(stored);
            named.addAll(contents);
            for (long counter = 1; counter <= reference.issued + 1; counter++) {
                FileId id = new FileId(1, counter);
                IdState expected = state(id, named);
                if (expected instanceof IdState.Removed removed && reference.wasShared(id)) {
                    checkShared(id, removed);
                } else {
                    assertThat(scene.namespace.stateOf(id)).as("%s", id).isEqualTo(expected);
                }
            }
        }

        /** A shared content below a detached directory may be kept until that is dissolved. */
        private void checkWanted(Set<FileId> contents) {
            List<FileId> wanted = scene.namespace.wanted(new FileId(1, 1), 1000).contents().stream()
                    .map(StoredContent::id)
                    .toList();
            assertThat(wanted).isSorted().containsAll(contents);
            assertThat(wanted)
                    .filteredOn(id -> !contents.contains(id))
                    .allMatch(id -> scene.namespace.hasDetached() && reference.wasShared(id));
            ContentPage page = scene.namespace.wanted(new FileId(1, 1), 2);
            List<FileId> paged = new ArrayList<>(idsOf(page));
            while (page.next() != null) {
                page = scene.namespace.wanted(page.next(), 2);
                paged.addAll(idsOf(page));
            }
            assertThat(paged).isEqualTo(wanted);
        }

        private static List<FileId> idsOf(ContentPage page) {
            return page.contents().stream().map(StoredContent::id).toList();
        }

        private void checkShared(FileId content, IdState.Removed removed) {
            IdState found = scene.namespace.stateOf(content);
            if (scene.namespace.hasDetached() && found.equals(new IdState.Alive())) {
                return;
            }
            assertThat(found)
                    .isInstanceOfSatisfying(
                            IdState.Removed.class,
                            since -> assertThat(since.since()).isAfterOrEqualTo(removed.since()));
        }

        private IdState state(FileId id, Set<FileId> named) {
            Instant since = reference.removed.get(id);
            if (since != null) {
                return new IdState.Removed(since);
            }
            if (named.contains(id) || reference.open.containsKey(id)) {
                return new IdState.Alive();
            }
            return id.counter() <= reference.issued ? new IdState.Dead() : new IdState.Unknown();
        }

        private void walk(RemotePath directory, Map<String, Reference.Thing> seen) {
            seen.put(Reference.text(directory), new Reference.Thing(null, scene.modified(directory.toString())));
            QueryResult.Page page = scene.list(directory.toString(), "", 2);
            while (true) {
                for (NameEntry nameEntry : page.entries()) {
                    RemotePath path = directory.resolve(nameEntry.name());
                    switch (nameEntry) {
                        case NameEntry.Recorded file ->
                            seen.put(
                                    Reference.text(path),
                                    new Reference.Thing(
                                            file.record().id(),
                                            reference
                                                    .things
                                                    .get(Reference.text(path))
                                                    .modified()));
                        case NameEntry.Directory _ -> walk(path, seen);
                    }
                }
                if (!page.more()) {
                    return;
                }
                page = scene.list(directory.toString(), page.entries().getLast().name(), 2);
            }
        }

        /**
         * After all detached directories are dissolved, every name has its location, and removed
         * files leave nothing but their stamps.
         */
        void checkRows() {
            Map<String, Long> rows = new TreeMap<>();
            scene.store.content().keySet().forEach(key -> rows.merge(key.substring(0, 1), 1L, Long::sum));
            long directories = reference.things.values().stream()
                    .filter(Reference.Thing::isDirectory)
                    .count();
            long files = reference.things.size() - directories;
            assertThat(rows.getOrDefault("N", 0L)).isEqualTo(directories + files);
            assertThat(rows.getOrDefault("D", 0L)).isEqualTo(directories - 1);
            assertThat(rows.getOrDefault("I", 0L)).isEqualTo(files);
            assertThat(rows.getOrDefault("Z", 0L)).isEqualTo(reference.removed.size());
            assertThat(rows.getOrDefault("B", 0L))
                    .isEqualTo(reference.things.values().stream()
                            .filter(thing -> !thing.isDirectory() && reference.wasShared(reference.content(thing)))
                            .count());
            long reservations = reference.open.values().stream().distinct().count();
            assertThat(rows.getOrDefault("O", 0L)).isEqualTo(reservations);
            assertThat(rows.getOrDefault("P", 0L)).isEqualTo(reservations);
            assertThat(rows.getOrDefault("S", 0L)).isEqualTo(CLIENTS);
            assertThat(rows).doesNotContainKey("X");
        }
    }
}
