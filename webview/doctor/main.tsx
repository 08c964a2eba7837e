import { render } from 'preact';
import { DoctorPage } from './page.tsx';
import './doctor.css';
import { connectDoctor } from './host.ts';

const root = document.getElementById('root');
if (!root) throw new Error('The page has no element with the id "root" to be drawn in.');
const host = connectDoctor();
host.onView(view => render(<DoctorPage view={view} host={host} />, root));
host.post({ type: 'ready' });
