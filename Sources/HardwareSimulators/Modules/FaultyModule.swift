/// A simulated module at which something can be made to go wrong.
package protocol FaultyModule: AnyObject {
    associatedtype Fault: Hashable & CaseIterable & Sendable
    /// Goes wrong at the command of this index in ``commands``, once.
    var plannedFault: (command: Int, fault: Fault)? { get set }
    /// Every whole line that came, in its order.
    var commands: [String] { get }
    /// The fault in which nothing at all happens, until the module is reset.
    static var hung: Fault { get }
    /// The supply drops for a moment.
    func brownOut()
}
