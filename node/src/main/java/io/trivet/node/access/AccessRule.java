package io.trivet.node.access;

import io.trivet.model.ChunkId;
import io.trivet.model.FileId;
import io.trivet.model.NodeId;
import io.trivet.model.RemotePath;
import io.trivet.model.Right;
import io.trivet.model.SessionId;
import io.trivet.wire.protocol.Request;
import java.util.List;
import java.util.Set;

/** Who may make a request. */
sealed interface AccessRule {
    /** Before any login. The request contains what authorizes it, or needs no authorization. */
    record Anyone() implements AccessRule {}

    /** Any authenticated user. */
    record AnyUser() implements AccessRule {}

    /** A user with at least one of these rights at the path. */
    record OneRight(RemotePath path, Set<Right> rights) implements AccessRule {}

    /**
     * A user with any right at this path, above it or below it; or a node of the cluster, which
     * holds a chunk and asks for its record.
     */
    record LookUp(RemotePath path) implements AccessRule {}

    /** All of these. */
    record All(List<AccessRule> needs) implements AccessRule {}

    /**
     * A user with at least one of these rights at the file's path before it went into the trash.
     */
    record Trashed(FileId file, Set<Right> rights) implements AccessRule {}

    /**
     * A user who may read and write at the file's former path. If the file is no longer in the
     * trash, it must already be at {@code path}: then the answer to an earlier try was lost.
     */
    record Untrashed(FileId file, RemotePath path) implements AccessRule {}

    /** A user with at least one of these rights at the path of this upload, which is in progress. */
    record OfUpload(FileId file, Set<Right> rights) implements AccessRule {}

    /** The user of this session. */
    record OwnSession(SessionId session) implements AccessRule {}

    /** This user, or an administrator of the cluster. */
    record Oneself(String user) implements AccessRule {}

    /**
     * A member: a node of the published set that was not removed. It authenticates with a
     * certificate or the secret of nodes.
     */
    record Member() implements AccessRule {}

    /**
     * A master, proven with the cluster's keys. The log does what masters say, so to be listed as
     * one is not enough.
     */
    record KnowsClusterKeys() implements AccessRule {}

    /** Only this node. */
    record ThatNode(NodeId node) implements AccessRule {}

    /** A node that the published view lists as a master. */
    record Master() implements AccessRule {}

    /** An administrator of the cluster, or a master, which has the cluster's keys anyway. */
    record AdministratorOrMaster() implements AccessRule {}

    /** An administrator of the cluster, or a member. */
    record AdministratorOrNode() implements AccessRule {}

    /**
     * A server that is to join: it shows that it knows the hash of an open join token, which is not
     * enough to join. Or an administrator, or a member.
     */
    record Newcomer() implements AccessRule {}

    /** A user with a token for these chunks and one of these rights; or a member, which repairs. */
    record Chunks(Set<Right> rights, List<ChunkId> chunks) implements AccessRule {}

    /** A user with a token of its own for each of these chunks, all of one user; or a member. */
    record ChunksByToken(Set<Right> rights, List<Request.WantedChunk> chunks) implements AccessRule {}

    /** No caller: only the leader itself proposes it. */
    record TheLeaderItself() implements AccessRule {}
}
