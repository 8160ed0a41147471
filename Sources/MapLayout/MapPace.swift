/// What is wanted of a map in the making.
public enum MapPace: Sendable {
    /// Nothing more.
    case stop
    case goOn
    /// To go on, and to hand over what there is.
    case show
}
