package io.trivet.wire.protocol;

import com.google.protobuf.ByteString;
import io.trivet.message.StateCodec;
import io.trivet.message.WireMessages;
import io.trivet.model.Address;
import io.trivet.model.ClusterId;
import io.trivet.model.NodeId;
import io.trivet.wire.credentials.JoinProof;

/** Converts the requests and replies with which nodes join and renew their certificates. */
final class JoinCodec {
    private JoinCodec() {}

    static WireMessages.Request.EnterCluster to(Request.EnterCluster enter) {
        return WireMessages.Request.EnterCluster.newBuilder()
                .setTokenId(enter.proof().token())
                .setProof(ByteString.copyFrom(enter.proof().bytes()))
                .setNodeKey(StateCodec.bytes(enter.nodeKey()))
                .setAddress(enter.address().toString())
                .setSigningRequest(ByteString.copyFrom(enter.signingRequest()))
                .build();
    }

    static Request.EnterCluster from(WireMessages.Request.EnterCluster message) {
        return new Request.EnterCluster(
                new JoinProof(message.getTokenId(), message.getProof().toByteArray()),
                StateCodec.uuid(message.getNodeKey()),
                Address.parse(message.getAddress()),
                message.getSigningRequest().toByteArray());
    }

    static WireMessages.Request.RenewCertificate to(Request.RenewCertificate renew) {
        return WireMessages.Request.RenewCertificate.newBuilder()
                .setSigningRequest(ByteString.copyFrom(renew.signingRequest()))
                .build();
    }

    static Request.RenewCertificate from(WireMessages.Request.RenewCertificate message) {
        return new Request.RenewCertificate(message.getSigningRequest().toByteArray());
    }

    static WireMessages.Request.KeepKeys to(Request.KeepKeys keep) {
        return WireMessages.Request.KeepKeys.newBuilder()
                .setFile(ByteString.copyFrom(keep.file()))
                .build();
    }

    static Request.KeepKeys from(WireMessages.Request.KeepKeys message) {
        return new Request.KeepKeys(message.getFile().toByteArray());
    }

    static WireMessages.Response.Entered to(Reply.Entered entered) {
        return WireMessages.Response.Entered.newBuilder()
                .setNode(entered.node().number())
                .setCluster(StateCodec.bytes(entered.cluster().value()))
                .addAllChain(entered.chain().stream().map(ByteString::copyFrom).toList())
                .build();
    }

    static Reply.Entered from(WireMessages.Response.Entered message) {
        return new Reply.Entered(
                new NodeId(message.getNode()),
                new ClusterId(StateCodec.uuid(message.getCluster())),
                message.getChainList().stream().map(ByteString::toByteArray).toList());
    }
}
