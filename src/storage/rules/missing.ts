/** Who seems to be missing, as both stores list them. */

/** What one act changes in one transaction. */
export const DISCARDED = 500;

/** SQL: those whose row is there, and of this subscription: who came back has a row of the newer one. */
export const LISTED = `FROM missing m JOIN roster r ON r.app = m.app AND r.account = m.account AND r.user_id = m.user_id
  AND r.subscribe_time = CASE WHEN m.state = 'came_back' THEN m.back ELSE m.subscribe_time END`;
