import NIOCore
import NIOWebSocket

/// One viewer: it is listed while it is there, and what it says is passed over.
final class ViewerHandler: ChannelInboundHandler {
    typealias InboundIn = WebSocketFrame

    private let publisher: Publisher

    init(publisher: Publisher) { self.publisher = publisher }

    func handlerAdded(context: ChannelHandlerContext) {
        publisher.viewers[ObjectIdentifier(context.channel)] = context.channel
    }

    func channelInactive(context: ChannelHandlerContext) {
        publisher.viewers[ObjectIdentifier(context.channel)] = nil
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if unwrapInboundIn(data).opcode == .connectionClose { context.close(promise: nil) }
    }
}
