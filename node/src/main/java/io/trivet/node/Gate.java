package io.trivet.node;

import io.trivet.model.Answer;
import io.trivet.model.ChunkId;
import io.trivet.model.Entry;
import io.trivet.model.FileId;
import io.trivet.model.Identity;
import io.trivet.model.Node;
import io.trivet.model.NodeId;
import io.trivet.model.Question;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.Right;
import io.trivet.model.SessionId;
import io.trivet.model.Slot;
import io.trivet.model.Trashed;
import io.trivet.model.TrivetException;
import io.trivet.model.User;
import io.trivet.namespace.Namespace;
import io.trivet.wire.Addressed;
import io.trivet.wire.ChunkToken;
import io.trivet.wire.Hmac;
import io.trivet.wire.Request;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Holds every request to the table of {@link RequestRights}, before anything is done for it. Rights of users are the leader's to look at; chunks and nodes are
 * looked at by every node for itself. Any thread.
 */
final class Gate {
    /** The clocks of two servers may differ by this much. */
    static final Duration SKEW = Duration.ofMinutes(1);

    private final NodeId self;
    private final Seat seat;
    private final KnownCluster cluster;
    private final Keyring keyring;
    private final TokenKeys tokenKeys;

    Gate(NodeId self, Seat seat, KnownCluster cluster, Keyring keyring, TokenKeys tokenKeys) {
        this.self = self;
        this.seat = seat;
        this.cluster = cluster;
        this.keyring = keyring;
        this.tokenKeys = tokenKeys;
    }

    /** Whoever asks, on a channel that nobody else is on. */
    private record Caller(Identity who, byte[] channel) {}

    /** Throws {@code FORBIDDEN}, {@code NOT_LOGGED_IN} or {@code BAD_TOKEN}, with what is missing. */
    void admit(Identity who, byte[] channel, Addressed addressed) {
        if (who instanceof Identity.OfNode) {
            // A certificate outlives its node's membership: who was forgotten is refused everything, also on
            // connections that are open.
            requireNode(who);
        }
        check(RequestRights.of(addressed.request()), new Caller(who, channel), addressed);
    }

    private void check(Need need, Caller caller, Addressed addressed) {
        Identity who = caller.who;
        switch (need) {
            case Need.Anyone _ -> {}
            case Need.All(var needs) -> needs.forEach(each -> check(each, caller, addressed));
            case Need.AnyUser _ -> user(who);
            case Need.OneRight one -> requireRight(who, one);
            case Need.OneRightOrNode one -> {
                if (who instanceof Identity.OfNode) {
                    requireMember(who);
                } else {
                    requireRight(who, new Need.OneRight(one.path(), one.rights()));
                }
            }
            case Need.Trashed trashed -> requireTrashed(who, trashed);
            case Need.Untrashed untrashed -> requireUntrashed(who, untrashed);
            case Need.OwnSession(var session) -> requireOwn(who, session);
            case Need.Oneself(var name) -> requireOneself(who, name);
            case Need.Member _ -> requireMember(who);
            case Need.KnowsClusterKeys _ -> requireClusterKeys(caller, addressed);
            case Need.ThatNode(var node) -> requireThat(who, node);
            case Need.Master _ -> requireMaster(who);
            case Need.AdministratorOrMaster _ -> {
                if (who instanceof Identity.OfNode) {
                    requireMaster(who);
                } else {
                    requireRight(who, new Need.OneRight(RemotePath.ROOT, Set.of(Right.ADMINISTER)));
                }
            }
            case Need.AdministratorOrNode _ -> {
                if (who instanceof Identity.OfNode) {
                    requireMember(who);
                } else {
                    requireRight(who, new Need.OneRight(RemotePath.ROOT, Set.of(Right.ADMINISTER)));
                }
            }
            case Need.Chunks chunks -> requireChunks(who, chunks, addressed);
            case Need.TheLeaderItself _ ->
                throw TrivetException.of(Refusal.Kind.DENIED, "", "only the leader itself proposes this");
        }
    }

    private void requireRight(Identity who, Need.OneRight need) {
        if (!mayAny(user(who), need)) {
            // A right that was just given may not be applied here yet: a linearizable answer waits for it.
            current();
            if (!mayAny(user(who), need)) {
                throw forbidden(need.path().toString(), who + " has no right to " + text(need.rights()) + " there");
            }
        }
    }

    private static boolean mayAny(User user, Need.OneRight need) {
        return need.rights().stream().anyMatch(right -> user.may(right, need.path()));
    }

    private static String text(Set<Right> rights) {
        return rights.stream().sorted().map(Right::text).collect(Collectors.joining(" or "));
    }

    private void requireTrashed(Identity who, Need.Trashed need) {
        user(who);
        namespace()
                .trashed(need.file())
                .ifPresent(file -> requireRight(who, new Need.OneRight(file.path(), need.rights())));
    }

    /** What is not in the trash now could come there a moment later, from where this user may not read: it is refused here. */
    private void requireUntrashed(Identity who, Need.Untrashed need) {
        user(who);
        Optional<Trashed> file = namespace().trashed(need.file());
        if (file.isPresent()) {
            requireRight(who, new Need.OneRight(file.get().path(), Set.of(Right.READ)));
            requireRight(who, new Need.OneRight(file.get().path(), Set.of(Right.WRITE)));
        } else if (!isAt(need.file(), need.path())) {
            throw TrivetException.of(
                    Refusal.Kind.NO_SUCH_FILE,
                    need.file().toString(),
                    "it is not in the trash: its time was over, or it was restored");
        }
    }

    private boolean isAt(FileId file, RemotePath path) {
        return namespace().answer(new Question.Lookup(path)) instanceof Answer.Found(Entry.File found)
                && found.record().id().equals(file);
    }

    /** One that is not there now could be another user's a moment later: numbers can be guessed. */
    private void requireOwn(Identity who, SessionId session) {
        User user = user(who);
        Optional<String> owner = namespace().userOf(session);
        if (owner.isEmpty()) {
            // It was just opened, perhaps, and is not applied here yet: a linearizable answer waits for it.
            current();
            owner = namespace().userOf(session);
        }
        if (owner.isEmpty()) {
            throw TrivetException.of(Refusal.Kind.SESSION_ENDED, session.toString(), "open another");
        }
        if (!owner.get().equals(user.name())) {
            throw forbidden(session.toString(), "it is another user's");
        }
    }

    private void requireOneself(Identity who, String name) {
        User user = user(who);
        if (!user.name().equals(name) && !user.isAdministrator()) {
            throw forbidden(name, who + " is another user, and has no right to administer /");
        }
    }

    /** The user that logged in, as he is now. Throws {@code NOT_LEADER} elsewhere: only the leader knows. */
    User user(Identity who) {
        if (!(who instanceof Identity.OfUser claimed)) {
            throw TrivetException.of(
                    Refusal.Kind.NOT_LOGGED_IN, "", "this takes a user: give an access key and its secret");
        }
        return namespace()
                .user(claimed.name())
                .filter(found -> found.mark() == claimed.mark())
                .map(Namespace.MarkedUser::user)
                .orElseThrow(() -> TrivetException.of(
                        Refusal.Kind.NOT_LOGGED_IN,
                        claimed.name(),
                        "this user was removed or has another secret: log in again"));
    }

    private Namespace namespace() {
        if (!seat.leads()) {
            throw new TrivetException(new Refusal(
                    Refusal.Kind.NOT_LEADER, seat.leader().map(NodeId::toString).orElse(""), "ask the leader"));
        }
        return seat.namespace()
                .current()
                .orElseThrow(() -> TrivetException.of(Refusal.Kind.NO_QUORUM, "", "no namespace is here"));
    }

    private void current() {
        seat.ask(new Question.View());
    }

    private Node requireNode(Identity who) {
        if (!(who instanceof Identity.OfNode(var id))) {
            throw forbidden("", "only nodes of this cluster ask for this, not " + who);
        }
        return published(id)
                .or(() -> {
                    // It may have joined a moment ago.
                    cluster.refresh();
                    return published(id);
                })
                .orElseThrow(() -> forbidden(id.toString(), "it is not, or no longer, a node of this cluster"));
    }

    /** A removed node is still told things while its seat is given to another; it asks for nothing. */
    private Node requireMember(Identity who) {
        Node node = requireNode(who);
        if (!node.isMember()) {
            throw forbidden(node.id().toString(), "it was removed from this cluster");
        }
        return node;
    }

    /** The log does what a master says in it. A view says who is one, but late, and a node may lie; who has the cluster's keys is one. */
    private void requireClusterKeys(Caller caller, Addressed addressed) {
        Node node = requireNode(caller.who);
        byte[] proof = addressed.token();
        if (proof == null || !Hmac.same(proof, keyring.proofOfMaster(caller.channel, node.id(), self))) {
            throw forbidden(node.id().toString(), "it does not prove to be a master");
        }
    }

    private Optional<Node> published(NodeId id) {
        return cluster.view().flatMap(view -> view.node(id));
    }

    private void requireThat(Identity who, NodeId node) {
        if (!requireNode(who).id().equals(node)) {
            throw forbidden(node.toString(), who + " speaks for itself alone");
        }
    }

    private void requireMaster(Identity who) {
        Node node = requireMember(who);
        if (!node.master()) {
            cluster.refresh();
            if (!requireMember(who).master()) {
                throw forbidden(node.id().toString(), "only a master asks for this");
            }
        }
    }

    private void requireChunks(Identity who, Need.Chunks need, Addressed addressed) {
        byte[] signed = addressed.token();
        if (signed == null) {
            if (!(who instanceof Identity.OfNode)) {
                throw bad("it is missing: chunks take a token of the leader");
            }
            requireMember(who);
            return;
        }
        ChunkToken token = ChunkToken.verified(signed, tokenKeys::key);
        requireInTime(token);
        if (!need.rights().contains(token.right())) {
            throw bad("it is for " + token.right().text() + ", this takes " + text(need.rights()));
        }
        List<ChunkId> chunks = need.chunks();
        Slot first = firstSaid(addressed.request());
        for (ChunkId chunk : chunks) {
            if (!token.covers(chunk.file())) {
                throw bad("it is for another file than " + chunk.file());
            }
            if (!token.firstOf(chunk.file()).equals(first)) {
                throw bad("it says that file " + chunk.file() + " begins in slot " + token.firstOf(chunk.file())
                        + ", not " + first);
            }
        }
        if (addressed.request() instanceof Request.StoreChunk store) {
            requireNameAndSize(token, store);
        }
    }

    private static void requireInTime(ChunkToken token) {
        if (token.expiresMs() + SKEW.toMillis() < System.currentTimeMillis()) {
            throw bad("it is out of time: renew it");
        }
    }

    private static void requireNameAndSize(ChunkToken token, Request.StoreChunk store) {
        if (!token.chunkSize().equals(store.chunkSize())) {
            throw bad("it is for chunks of " + token.chunkSize().bytes() + " bytes");
        }
        if (!token.covers(store.path())) {
            throw forbidden(store.path().toString(), "user " + token.user() + " has no right to write there");
        }
    }

    /** What the request itself says of the slot; it has to be what the token says. */
    private static @Nullable Slot firstSaid(Request request) {
        return switch (request) {
            case Request.StoreChunk store -> store.first();
            case Request.ForwardChunk forward -> forward.first();
            case Request.FetchChunk fetch -> fetch.first();
            case Request.HasChunk has -> has.first();
            case Request.VerifyChunks verify -> verify.first();
            case Request.ReportChunk report -> report.first();
            default -> null;
        };
    }

    private static TrivetException bad(String detail) {
        return TrivetException.of(Refusal.Kind.BAD_TOKEN, "", detail);
    }

    private static TrivetException forbidden(String subject, String detail) {
        return TrivetException.of(Refusal.Kind.FORBIDDEN, subject, detail);
    }
}
