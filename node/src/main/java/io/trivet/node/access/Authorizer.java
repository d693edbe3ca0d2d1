package io.trivet.node.access;

import io.trivet.model.CallerIdentity;
import io.trivet.model.ChunkId;
import io.trivet.model.ChunkSize;
import io.trivet.model.FileId;
import io.trivet.model.IdState;
import io.trivet.model.NameEntry;
import io.trivet.model.Node;
import io.trivet.model.NodeId;
import io.trivet.model.Query;
import io.trivet.model.QueryResult;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.Right;
import io.trivet.model.SessionId;
import io.trivet.model.Slot;
import io.trivet.model.TrashedFile;
import io.trivet.model.TrivetException;
import io.trivet.model.Upload;
import io.trivet.model.User;
import io.trivet.namespace.Namespace;
import io.trivet.node.cluster.ClusterClock;
import io.trivet.node.cluster.KnownCluster;
import io.trivet.node.keys.Keyring;
import io.trivet.node.keys.TokenKeys;
import io.trivet.node.raft.RaftMember;
import io.trivet.wire.credentials.ChunkToken;
import io.trivet.wire.credentials.JoinProof;
import io.trivet.wire.protocol.Request;
import io.trivet.wire.protocol.RequestEnvelope;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Checks every request against the table of {@link AccessRules} before anything is done for it. The
 * leader checks rights of users; every node checks chunk tokens and nodes itself. Any thread.
 */
public final class Authorizer {
    private final NodeId self;
    private final RaftMember raftMember;
    private final KnownCluster cluster;
    private final Keyring keyring;
    private final TokenKeys tokenKeys;
    private final ClusterClock clock;

    public Authorizer(
            NodeId self,
            RaftMember raftMember,
            KnownCluster cluster,
            Keyring keyring,
            TokenKeys tokenKeys,
            ClusterClock clock) {
        this.self = self;
        this.raftMember = raftMember;
        this.cluster = cluster;
        this.keyring = keyring;
        this.tokenKeys = tokenKeys;
        this.clock = clock;
    }

    /** The caller and the binding of its channel. */
    private record Caller(CallerIdentity who, byte[] channel) {}

    /**
     * Throws {@code FORBIDDEN}, {@code NOT_LOGGED_IN} or {@code BAD_TOKEN} that says what is
     * missing.
     */
    public void admit(CallerIdentity who, byte[] channel, RequestEnvelope requestEnvelope) {
        if (who instanceof CallerIdentity.OfNode) {
            // A certificate outlives its node's membership: a forgotten node is refused everything,
            // also on open connections.
            requireNode(who);
        }
        check(AccessRules.of(requestEnvelope.request()), new Caller(who, channel), requestEnvelope);
    }

    private void check(AccessRule accessRule, Caller caller, RequestEnvelope requestEnvelope) {
        CallerIdentity who = caller.who;
        switch (accessRule) {
            case AccessRule.Anyone _ -> {}
            case AccessRule.All(var needs) -> needs.forEach(each -> check(each, caller, requestEnvelope));
            case AccessRule.AnyUser _ -> user(who);
            case AccessRule.OneRight one -> requireRight(who, one);
            case AccessRule.LookUp(var path) -> requireLookUp(who, path);
            case AccessRule.Trashed trashed -> requireTrashed(who, trashed);
            case AccessRule.Untrashed untrashed -> requireUntrashed(who, untrashed);
            case AccessRule.OfUpload upload -> requireUpload(who, upload);
            case AccessRule.OwnSession(var session) -> requireOwn(who, session);
            case AccessRule.Oneself(var name) -> requireOneself(who, name);
            case AccessRule.Member _ -> requireMember(who);
            case AccessRule.KnowsClusterKeys _ -> requireClusterKeys(caller, requestEnvelope);
            case AccessRule.ThatNode(var node) -> requireThat(who, node);
            case AccessRule.Master _ -> requireMaster(who);
            case AccessRule.AdministratorOrMaster _ -> {
                if (who instanceof CallerIdentity.OfNode) {
                    requireMaster(who);
                } else {
                    requireRight(who, new AccessRule.OneRight(RemotePath.ROOT, Set.of(Right.ADMINISTER)));
                }
            }
            case AccessRule.AdministratorOrNode _ -> {
                if (who instanceof CallerIdentity.OfNode) {
                    requireMember(who);
                } else {
                    requireRight(who, new AccessRule.OneRight(RemotePath.ROOT, Set.of(Right.ADMINISTER)));
                }
            }
            case AccessRule.Newcomer _ -> requireNewcomer(caller, requestEnvelope.token());
            case AccessRule.Chunks chunks -> {
                requireChunks(who, chunks, requestEnvelope);
                requireWay(who, requestEnvelope.request());
            }
            case AccessRule.ChunksByToken chunks -> requireTokens(who, chunks);
            case AccessRule.TheLeaderItself _ ->
                throw TrivetException.of(Refusal.Kind.DENIED, "", "only the leader itself proposes this");
        }
    }

    private void requireRight(CallerIdentity who, AccessRule.OneRight need) {
        requireInPerson(who, need.rights());
        if (!mayAny(user(who), need)) {
            // A right that was just granted may not be applied here yet; a linearizable read waits
            // for it.
            raftMember.confirmedNamespace();
            if (!mayAny(user(who), need)) {
                throw forbidden(need.path().toString(), who + " has no right to " + text(need.rights()) + " there");
            }
        }
    }

    /** A node acts for a user with files alone: one that is taken over makes no users and gives no rights. */
    private static void requireInPerson(CallerIdentity who, Set<Right> rights) {
        if (isDelegate(who) && rights.equals(Set.of(Right.ADMINISTER))) {
            throw forbidden("", who + " may not administer: that takes the user in person");
        }
    }

    private static boolean isDelegate(CallerIdentity who) {
        return who instanceof CallerIdentity.OfUser user && user.delegate() != null;
    }

    /**
     * A directory may be visible only as the way to something below; that is checked when it is
     * found.
     */
    private void requireLookUp(CallerIdentity who, RemotePath path) {
        if (who instanceof CallerIdentity.OfNode) {
            requireMember(who);
        } else if (!user(who).mayLookUp(path)) {
            raftMember.confirmedNamespace();
            if (!user(who).mayLookUp(path)) {
                throw forbidden(path.toString(), who + " has no right there, nor below");
            }
        }
    }

    private static boolean mayAny(User user, AccessRule.OneRight need) {
        return need.rights().stream().anyMatch(right -> user.may(right, need.path()));
    }

    private static String text(Set<Right> rights) {
        return rights.stream().sorted().map(Right::text).collect(Collectors.joining(" or "));
    }

    private void requireTrashed(CallerIdentity who, AccessRule.Trashed need) {
        user(who);
        raftMember.leadingNamespace().trashed(need.file()).ifPresent(file -> requireTrashed(who, file, need.rights()));
    }

    /** Refuses without the file's path, which the caller may not know. */
    private void requireTrashed(CallerIdentity who, TrashedFile file, Set<Right> rights) {
        if (!mayAny(user(who), file, rights)) {
            raftMember.confirmedNamespace();
            if (!mayAny(user(who), file, rights)) {
                throw forbidden(
                        file.record().id().toString(),
                        who + " had no right to " + text(rights) + " where it was when it was removed");
            }
        }
    }

    private static boolean mayAny(User user, TrashedFile file, Set<Right> rights) {
        return rights.stream().anyMatch(right -> user.mayTrashed(right, file));
    }

    private void requireUpload(CallerIdentity who, AccessRule.OfUpload need) {
        user(who);
        // Ids can be guessed, and this one could be begun a moment later: so the answer is the log's.
        Upload upload = raftMember
                .leadingNamespace()
                .upload(need.file())
                .orElseGet(() -> raftMember.confirmedNamespace().requireUpload(need.file()));
        if (!mayGoOn(user(who), upload, need.rights())) {
            raftMember.confirmedNamespace();
            if (!mayGoOn(user(who), upload, need.rights())) {
                throw forbidden(
                        need.file().toString(),
                        who + " has no right to " + text(need.rights())
                                + " where this upload is to be, or not the right to read what another user uploads");
            }
        }
    }

    /**
     * To complete an upload. One that is over passes: the log refuses it, or knows the outcome of an
     * earlier try. One that does not exist yet is refused here, since the log would name its path.
     */
    void requireCompletable(CallerIdentity who, FileId file) {
        Namespace namespace = raftMember.leadingNamespace();
        if (namespace.upload(file).isPresent()) {
            requireUpload(who, new AccessRule.OfUpload(file, Set.of(Right.WRITE)));
        } else if (namespace.stateOf(file) instanceof IdState.Unknown) {
            throw TrivetException.of(Refusal.Kind.NOT_OPEN, file.toString(), "there is no such upload");
        }
    }

    /**
     * To go on with the upload of another user takes the right to read: what is stored is told, and
     * a piece that is sent again is compared with what is there.
     */
    private static boolean mayGoOn(User user, Upload upload, Set<Right> rights) {
        boolean own = upload.user().equals(user.name());
        return rights.stream().anyMatch(right -> user.may(right, upload.path()))
                && (own || user.may(Right.READ, upload.path()));
    }

    /**
     * Refuses a file that is not in the trash: it could come there a moment later, from a path that
     * this user may not read.
     */
    private void requireUntrashed(CallerIdentity who, AccessRule.Untrashed need) {
        user(who);
        Optional<TrashedFile> file = raftMember.leadingNamespace().trashed(need.file());
        if (file.isPresent()) {
            requireTrashed(who, file.get(), Set.of(Right.READ));
            requireTrashed(who, file.get(), Set.of(Right.WRITE));
        } else if (!isAt(need.file(), need.path())) {
            throw TrivetException.of(
                    Refusal.Kind.NO_SUCH_FILE,
                    need.file().toString(),
                    "it is not in the trash: it has expired, or it was restored");
        }
    }

    private boolean isAt(FileId file, RemotePath path) {
        return raftMember.leadingNamespace().answer(new Query.Lookup(path))
                        instanceof QueryResult.Found(NameEntry.Recorded found)
                && found.record().id().equals(file);
    }

    /**
     * Refuses an unknown session: its number can be guessed, and it could become another user's a
     * moment later.
     */
    private void requireOwn(CallerIdentity who, SessionId session) {
        User user = user(who);
        Optional<String> owner = userOf(session);
        if (owner.isEmpty()) {
            throw TrivetException.of(Refusal.Kind.SESSION_ENDED, session.toString(), "open another");
        }
        if (!owner.get().equals(user.name())) {
            throw forbidden(session.toString(), "it is another user's");
        }
    }

    /**
     * The user of a session. Empty only if the quorum says that the session has ended, because an
     * unknown session may have just been opened, or this node may no longer lead. Throws the
     * quorum's refusal.
     */
    public Optional<String> userOf(SessionId session) {
        Optional<String> owner = raftMember.leadingNamespace().userOf(session);
        if (owner.isEmpty()) {
            raftMember.confirmedNamespace();
            owner = raftMember.leadingNamespace().userOf(session);
        }
        return owner;
    }

    private void requireOneself(CallerIdentity who, String name) {
        requireInPerson(who, Set.of(Right.ADMINISTER));
        User user = user(who);
        if (!user.name().equals(name) && !user.isAdministrator()) {
            throw forbidden(name, who + " is another user, and has no right to administer /");
        }
    }

    /**
     * The current state of the logged-in user. Throws {@code NOT_LEADER} at other nodes, because
     * only the leader knows it.
     */
    User user(CallerIdentity who) {
        if (!(who instanceof CallerIdentity.OfUser claimed)) {
            throw TrivetException.of(
                    Refusal.Kind.NOT_LOGGED_IN, "", "this takes a user: give an access key and its secret");
        }
        if (claimed.delegate() instanceof CallerIdentity.Delegate delegate) {
            requireLasting(claimed, delegate);
        }
        return raftMember
                .leadingNamespace()
                .user(claimed.name())
                .filter(found -> found.mark() == claimed.mark())
                .map(Namespace.MarkedUser::user)
                .orElseThrow(() -> TrivetException.of(
                        Refusal.Kind.NOT_LOGGED_IN,
                        claimed.name(),
                        "this user was removed or has another secret: log in again"));
    }

    private void requireLasting(CallerIdentity.OfUser user, CallerIdentity.Delegate delegate) {
        if (delegate.untilMs() < clock.millis()) {
            throw TrivetException.of(
                    Refusal.Kind.NOT_LOGGED_IN, user.name(), delegate.node() + " may act for this user no longer");
        }
        if (published(delegate.node()).filter(Node::isMember).isEmpty()) {
            throw TrivetException.of(
                    Refusal.Kind.NOT_LOGGED_IN, user.name(), delegate.node() + " is no node of this cluster any more");
        }
    }

    private Node requireNode(CallerIdentity who) {
        if (!(who instanceof CallerIdentity.OfNode(var id, var key))) {
            throw forbidden("", "only nodes of this cluster ask for this, not " + who);
        }
        Node node = published(id)
                .or(() -> {
                    // It may have joined a moment ago.
                    cluster.refresh();
                    return published(id);
                })
                .orElseThrow(() -> forbidden(id.toString(), "it is not, or no longer, a node of this cluster"));
        if (!node.isOf(key)) {
            // The authority signed the certificate, but anyone who had the authority's key once can
            // make one; the namespace knows the right key.
            throw forbidden(id.toString(), "its certificate is for another key than the one it joined with");
        }
        return node;
    }

    /**
     * A removed node still gets requests while its seat is given to another, but its own requests
     * are refused.
     */
    private Node requireMember(CallerIdentity who) {
        Node node = requireNode(who);
        if (!node.isMember()) {
            throw forbidden(node.id().toString(), "it was removed from this cluster");
        }
        return node;
    }

    /**
     * The log does what a master says. The view lists the masters, but may be old, and a node may
     * lie; a node with the cluster's keys is one.
     */
    private void requireClusterKeys(Caller caller, RequestEnvelope requestEnvelope) {
        Node node = requireNode(caller.who);
        byte[] proof = requestEnvelope.token();
        if (proof == null || !keyring.provesMaster(proof, caller.channel, node.id(), self)) {
            throw forbidden(node.id().toString(), "it does not prove to be a master");
        }
    }

    private Optional<Node> published(NodeId id) {
        return cluster.view().flatMap(view -> view.node(id));
    }

    private void requireThat(CallerIdentity who, NodeId node) {
        if (!requireNode(who).id().equals(node)) {
            throw forbidden(node.toString(), who + " speaks for itself alone");
        }
    }

    private void requireMaster(CallerIdentity who) {
        Node node = requireMember(who);
        if (!node.master()) {
            cluster.refresh();
            if (!requireMember(who).master()) {
                throw forbidden(node.id().toString(), "only a master asks for this");
            }
        }
    }

    private void requireNewcomer(Caller caller, byte @Nullable [] shown) {
        CallerIdentity who = caller.who;
        switch (who) {
            case CallerIdentity.OfNode _ -> requireMember(who);
            case CallerIdentity.OfUser _ ->
                requireRight(who, new AccessRule.OneRight(RemotePath.ROOT, Set.of(Right.ADMINISTER)));
            case CallerIdentity.Anonymous _ -> {
                boolean open = shown != null
                        && raftMember
                                .namespace()
                                .current()
                                .flatMap(namespace -> namespace.tokenWith(JoinProof.examinedWith(shown)))
                                .filter(hash -> JoinProof.mayExamine(shown, hash, caller.channel))
                                .isPresent();
                if (!open) {
                    throw forbidden("", "this takes an open join token, which only masters know");
                }
            }
        }
    }

    /**
     * Each node may be in a chain once: the chunk has a place on it, and a chain that returned to
     * it would wait for itself.
     */
    private void requireWay(CallerIdentity who, Request request) {
        switch (request) {
            case Request.StoreChunk store -> {
                requireEachOnce(store.chain());
                if (store.hop() > 0 && !(who instanceof CallerIdentity.OfNode)) {
                    throw forbidden("", "only a node sends a chunk on; a writer is at hop 0");
                }
            }
            case Request.StoreChunks store -> {
                requireEachOnce(store.chain());
                if (store.hop() > 0 && !(who instanceof CallerIdentity.OfNode)) {
                    throw forbidden("", "only a node sends chunks on; a writer is at hop 0");
                }
            }
            case Request.ForwardChunk forward -> requireEachOnce(forward.chain());
            default -> {}
        }
    }

    private void requireEachOnce(List<NodeId> chain) {
        if (chain.contains(self) || Set.copyOf(chain).size() < chain.size()) {
            throw TrivetException.of(
                    Refusal.Kind.BAD_REQUEST,
                    self.toString(),
                    "a chain has each node once, and not the one that it begins at");
        }
    }

    private void requireChunks(CallerIdentity who, AccessRule.Chunks need, RequestEnvelope requestEnvelope) {
        byte[] signed = requestEnvelope.token();
        if (signed == null) {
            if (!(who instanceof CallerIdentity.OfNode)) {
                throw bad("it is missing: chunks take a token of the leader");
            }
            requireMember(who);
            return;
        }
        ChunkToken token = valid(signed, need.rights());
        switch (requestEnvelope.request()) {
            case Request.StoreChunks store -> {
                for (Request.SmallChunk chunk : store.chunks()) {
                    requireFile(token, chunk.chunk(), chunk.first());
                    requireNameAndSize(token, chunk.path(), chunk.chunkSize());
                }
            }
            case Request.StoreChunk store -> {
                requireFile(token, store.chunk(), store.first());
                requireNameAndSize(token, store.path(), store.chunkSize());
            }
            case Request other -> {
                Slot first = firstSaid(other);
                need.chunks().forEach(chunk -> requireFile(token, chunk, first));
            }
        }
    }

    private ChunkToken valid(byte[] signed, Set<Right> rights) {
        ChunkToken token = ChunkToken.verified(signed, tokenKeys::key);
        requireInTime(token);
        if (!rights.contains(token.right())) {
            throw bad("it is for " + token.right().text() + ", this takes " + text(rights));
        }
        return token;
    }

    private static void requireFile(ChunkToken token, ChunkId chunk, @Nullable Slot first) {
        if (!token.covers(chunk.file())) {
            throw bad("it is for another file than " + chunk.file());
        }
        if (!token.firstOf(chunk.file()).equals(first)) {
            throw bad("it says that file " + chunk.file() + " begins in slot " + token.firstOf(chunk.file()) + ", not "
                    + first);
        }
    }

    /** The transfer is charged to the user of the first token: {@link RequestSecurity}. */
    private void requireTokens(CallerIdentity who, AccessRule.ChunksByToken need) {
        if (who instanceof CallerIdentity.OfNode) {
            requireMember(who);
            return;
        }
        @Nullable String user = null;
        for (Request.WantedChunk chunk : need.chunks()) {
            ChunkToken token = valid(chunk.token(), need.rights());
            requireFile(token, chunk.chunk(), chunk.first());
            if (user != null && !user.equals(token.user())) {
                throw bad("the tokens of one request are those of one user");
            }
            user = token.user();
        }
    }

    private void requireInTime(ChunkToken token) {
        if (token.expiresMs() + TokenKeys.SKEW.toMillis() < clock.millis()) {
            throw bad("it is out of time: renew it");
        }
    }

    private static void requireNameAndSize(ChunkToken token, RemotePath path, ChunkSize chunkSize) {
        if (!token.chunkSize().equals(chunkSize)) {
            throw bad("it is for chunks of " + token.chunkSize().bytes() + " bytes");
        }
        if (!token.covers(path)) {
            throw forbidden(path.toString(), "user " + token.user() + " has no right to write there");
        }
    }

    /** The slot in the request, which must match the token's. */
    private static @Nullable Slot firstSaid(Request request) {
        return switch (request) {
            case Request.ForwardChunk forward -> forward.first();
            case Request.FetchChunk fetch -> fetch.first();
            case Request.HasChunk has -> has.first();
            case Request.VerifyChunks verify -> verify.first();
            case Request.ReportChunk report -> report.first();
            case Request.SignReceipt sign -> sign.first();
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
